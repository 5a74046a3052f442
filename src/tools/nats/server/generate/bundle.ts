// A bundle: a form of questions and templates of files that the answers fill in. Built-in ones and those of others have
// the same shape; those of others are bundle.yaml, form.yaml, scaffold.json and a folder of templates.
import { fail } from '#base/errors.ts';

/** A question, or a group of them under a name. */
export interface Property {
  readonly name: string;
  readonly description?: string;
  readonly help?: string;
  /** string, bool, integer, float, password, array, object; with questions of its own and no type: a group. */
  readonly type?: string;
  readonly default?: string | number | boolean;
  readonly required?: boolean;
  readonly enum?: readonly string[];
  /** An expression over `input`: ask only when it is true. */
  readonly conditional?: string;
  /** An expression over `value` that must be true. */
  readonly validation?: string;
  readonly properties?: readonly Property[];
}

export interface Form {
  readonly description?: string;
  readonly properties: readonly Property[];
}

export interface Bundle {
  readonly description: string;
  /** What is shown before and after the files are written; templates. */
  readonly before?: string;
  readonly after?: string;
  readonly requiresOperator?: boolean;
  readonly form?: Form;
  /** Templates by path. Those below `_partials/` are used by others only. */
  readonly files: ReadonlyMap<string, string>;
  /** Makes the files and what is said afterwards, where no templates do. */
  readonly make?: (answers: Record<string, unknown>, world: MakeWorld) => Made;
  /** What stands around actions in place of {{ and }}. */
  readonly delimiters?: readonly [open: string, close: string];
}

/** What a built-in bundle is given besides the answers. */
export interface MakeWorld {
  /** The folder the files go to. */
  readonly target: string;
  readonly operator?: OperatorFacts;
}

export interface Made {
  readonly files: ReadonlyMap<string, string>;
  readonly after: string;
}

/** An operator of the local store, under the names templates know. */
export interface OperatorFacts {
  readonly Name: string;
  readonly JWT: string;
  readonly SystemAccount?: { readonly Name: string; readonly Subject: string; readonly JWT: string };
}

interface BundleFile {
  readonly description?: string;
  readonly pre_scaffold?: string;
  readonly post_scaffold?: string;
  readonly requires?: { readonly operator?: boolean };
}

interface ScaffoldFile {
  readonly source_directory?: string;
  readonly left_delimiter?: string;
  readonly right_delimiter?: string;
  readonly post?: readonly unknown[];
}

/** The bundle in these files; `tell` hears what of it is not done. */
export async function readBundle(files: ReadonlyMap<string, string>, tell: (text: string) => void): Promise<Bundle> {
  const { parse } = await import('yaml');
  const head = files.get('bundle.yaml');
  if (head === undefined) throw fail('not-found', 'no bundle.yaml found', { hint: 'a bundle has it at its top' });
  const bundle = (parse(head) ?? {}) as BundleFile;
  if (!bundle.description) throw fail('error', 'bundles require a description');
  const scaffoldText = files.get('scaffold.json');
  if (scaffoldText === undefined)
    throw fail('not-found', 'no scaffold found', { hint: 'a bundle has scaffold.json at its top' });
  const scaffold = (parse(scaffoldText) ?? {}) as ScaffoldFile;
  if (scaffold.post && scaffold.post.length > 0)
    tell('the commands this bundle wants to run on its files are left out');
  const folder = `${(scaffold.source_directory || 'scaffold').replace(/\/+$/, '')}/`;
  const templates = new Map<string, string>();
  for (const [path, text] of files) if (path.startsWith(folder)) templates.set(path.slice(folder.length), text);
  const form = files.get('form.yaml');
  return {
    description: bundle.description,
    ...(bundle.pre_scaffold ? { before: bundle.pre_scaffold } : {}),
    ...(bundle.post_scaffold ? { after: bundle.post_scaffold } : {}),
    ...(bundle.requires?.operator ? { requiresOperator: true } : {}),
    ...(form === undefined ? {} : { form: parse(form) as Form }),
    files: templates,
    ...(scaffold.left_delimiter && scaffold.right_delimiter
      ? { delimiters: [scaffold.left_delimiter, scaffold.right_delimiter] as const }
      : {}),
  };
}
