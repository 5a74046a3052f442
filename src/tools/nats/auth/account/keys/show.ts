// A scoped signing key as data and as a report.
import { type OutputSpec, obj, recordOf, str } from '#cli/schema.ts';
import type { UserScope } from '#crypto/scope.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { columns } from '#view/columns.ts';
import { addPermits, permitFields, permitModel } from '../../permits.ts';

export const scopeSchema = obj({ key: str, role: str, description: str, ...permitFields });
export const scopeOutput: OutputSpec = recordOf(scopeSchema);

export function scopeModel({ key, role, description, template }: UserScope) {
  return { key, role, description, ...permitModel(template) };
}

export type ScopeModel = ReturnType<typeof scopeModel>;

export async function scopeText(runtime: Runtime, model: ScopeModel): Promise<string> {
  const report = columns(`Scoped Signing Key ${model.key}`)
    .section('Config')
    .rowIfNotEmpty('Description', model.description)
    .row('Key', model.key)
    .row('Role', model.role);
  return `${await columnsText(runtime, addPermits(report, model))}\n`;
}
