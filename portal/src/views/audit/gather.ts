/** All that a report says of one organisation, asked at one go. */
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { proveHeads } from './heads';
import type { ProvedHeads } from './heads';
import { readAudit } from './reports';
import type { LogAudit } from './reports';

export interface Gathered {
  readonly at: number;
  readonly proved: ProvedHeads | null;
  readonly log: LogAudit;
  readonly completeness: Schemas['CompletenessView'];
}

export async function gather(lei: string): Promise<Gathered> {
  const [proved, log, completeness] = await Promise.all([
    proveHeads([lei]),
    take(api.GET('/v1/audit/log/{lei}', { params: { path: { lei } } })).then(readAudit),
    take(api.GET('/v1/suppliers/{lei}/evidence/gaps', { params: { path: { lei } } })),
  ]);
  return { at: Date.now(), proved, log, completeness };
}
