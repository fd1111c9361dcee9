import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useModels } from '../models/queries';
import { consequenceOf, descendants } from './runs';

interface Props {
  readonly run: Schemas['RunDetail'];
  readonly party: string;
}

/** What a run loses when a party leaves: where training goes on from, how many rounds again, which models stop. */
export function Consequences({ run, party }: Props) {
  const { t } = useTranslation('federation');
  const models = useModels().data?.items ?? [];
  const found = consequenceOf(run.records, party);
  const stopped = found === null ? [] : descendants(models, run.name);
  const name = run.name.slice(0, 12);
  // Only its newest rounds are known here: where the first of them is not the run's, it may go back further.
  const partial = (run.records[0]?.round ?? 1) > 1 && found !== null && found.checkpoint === (run.records[0]?.round ?? 1) - 1;
  if (run.withdrawn.some((one) => one.party === party)) return <li>{t('leave.already', { run: name })}</li>;
  if (found === null) return <li>{t('leave.neverIn', { run: name })}</li>;
  return (
    <>
      <li>{t(partial ? 'leave.atLeast' : found.checkpoint === 0 ? 'leave.fromStart' : 'leave.fromCheckpoint', { run: name, checkpoint: found.checkpoint, count: found.again })}</li>
      {stopped.map((one) => <li key={`${one.name}${one.version}`}>{t('leave.stops', { name: one.name, version: one.version })}</li>)}
    </>
  );
}
