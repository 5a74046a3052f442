import { causes, fail, messageOf } from '#base/errors.ts';
import { type Json, parseJson, stringifyJson } from '#base/json64.ts';
import { any, arr, bool, record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';

/** `nats schema request` */
export const command = defineCommand({
  name: 'request',
  aliases: ['req'],
  help: 'Send a request and check the answer with its schema\n\nProblems are printed and the exit status is 0; with --strict it is 10.',
  args: {
    subject: { type: 'string', required: true, help: 'Subject of the request' },
    body: { type: 'string', default: '{}', help: 'Body of the request' },
  },
  flags: {
    schema: { type: 'string', help: 'The answer must be of this type' },
    show: { type: 'bool', help: 'Print the answer too' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: record({ type: str, valid: bool, problems: arr(str), message: any }),
  async run(input, runtime) {
    const { subject, body } = input.args;
    const { schema: wanted, show } = input.flags;
    const { loadSettings } = await import('#runtime/settings.ts');
    const [settings, connection] = await Promise.all([loadSettings(runtime), runtime.connect()]);
    const timeout = Number(settings.timeout / 1_000_000n);
    const answer = await connection.request(subject, body, { timeout, signal: runtime.signal });
    const message = parseAnswer(answer.string());
    const { findSchema, typeOf, UNKNOWN } = await import('./catalog.ts');
    const type = typeOf(message);
    const shown = show ? `${stringifyJson(message, { indent: 2, sortKeys: true })}\n\n` : '';
    const refuse = (text: string) => {
      if (!runtime.globals.isSet('as') && runtime.contract.jq === undefined) runtime.out.write(shown);
      return fail('check-failed', text);
    };
    if (type === UNKNOWN) throw refuse('could not determine the message type');
    if (wanted && type !== wanted) throw refuse(`invalid message type ${type}`);
    const { problemLines, problemsOf } = await import('./check.ts');
    const schema = findSchema(type);
    const problems = schema ? problemLines(problemsOf(schema, message, true)) : [`unknown schema type ${type}`];
    const valid = problems.length === 0;
    const verdict = valid
      ? `Response is a valid ${type} message\n`
      : `Message did not pass validation against ${type}\n\n${problems.map((p) => `   ${p}\n`).join('')}`;
    await runtime.show({ data: { type, valid, problems, message }, text: () => shown + verdict });
    if (!valid && runtime.contract.strict) runtime.exit(causes['check-failed']);
  },
});

function parseAnswer(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw fail('check-failed', `the answer is not JSON: ${messageOf(error)}`, {
      hint: 'nats request shows it as it is',
    });
  }
}
