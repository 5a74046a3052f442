import { BoxError, fail } from '#base/errors.ts';
import { subjectTransform } from '#base/transform.ts';
import { nullable, obj, str, stream } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';

/** `nats server mappings` */
export const command = defineCommand({
  name: 'mappings',
  aliases: ['mapping'],
  help: 'Try how a subject mapping changes subjects\n\nNothing is asked of a server and nothing is changed there.',
  args: {
    source: { type: 'string', help: 'Subjects the mapping is for' },
    dest: { type: 'string', help: 'What they become' },
    subject: { type: 'string', help: 'Subject to try; without it, subjects are asked for' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: stream(obj({ subject: str, mapped: nullable(str) })),
  examples: ["nats server mappings 'orders.*' 'o.{{partition(10,1)}}.{{wildcard(1)}}' orders.42"],
  async run(input, runtime) {
    const { args } = input;
    const prompts = args.source && args.dest && args.subject ? undefined : await runtime.prompts();
    const required = (answer: string) => (answer === '' ? 'a value is required' : undefined);
    const ask = async (message: string, flag: string) => {
      if (!prompts) throw fail('usage', `${flag} is missing`);
      return prompts.input({ message, flag, validate: required });
    };
    const source = args.source || (await ask('Source subject pattern', 'the <source> argument'));
    const dest = args.dest || (await ask('Destination subject pattern', 'the <dest> argument'));
    const random = (below: number) => Number(new DataView(runtime.random(4).buffer).getUint32(0)) % Math.max(1, below);
    const transform = prepare(source, dest, random);
    const out = runtime.stream();
    const show = (subject: string) => {
      const mapped = transform.apply(subject);
      const problem = mapped === undefined ? 'Error: no matching transforms available\n' : '';
      out.emit({ subject, mapped: mapped ?? null }, () => `${problem}${mapped ?? ''}\n\n`);
    };
    if (args.subject) show(args.subject);
    else if (prompts) {
      const text = 'Enter subjects to test, empty subject terminates.\n\nNothing is added to a server.\n\n';
      if (out.isText) runtime.out.write(text);
      for (;;) {
        await runtime.out.flush();
        const subject = await prompts.input({ message: 'Subject', flag: 'the <subject> argument' });
        if (subject === '') break;
        show(subject);
      }
    }
    await out.end();
  },
});

/** The transform; an index without a wildcard is named, as the server does. */
function prepare(source: string, dest: string, random: (below: number) => number) {
  try {
    return subjectTransform(source, dest, { random });
  } catch (error) {
    const index = error instanceof BoxError ? /out of range in .*?(\d+)/.exec(error.message)?.[1] : undefined;
    if (!(error instanceof BoxError) || index === undefined) throw error;
    throw new BoxError(error.kind, `${error.message}: [${index}]`, error.facts);
  }
}
