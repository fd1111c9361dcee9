import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { Digest } from '../../ui/Digest';
import { useRuns } from '../models/queries';

type Left = Schemas['LeftView'];

/** What came of leaving, run by run: where training goes on, how far that is, and which models were stopped. */
export function LeftReport({ lefts }: { readonly lefts: readonly Left[] }) {
  const { t } = useTranslation('federation');
  const runs = useRuns().data?.runs ?? [];
  return (
    <ul className="plain" role="status">
      {lefts.map((one) => {
        const again = runs.find(({ name }) => name === one.retrained);
        return (
          <li key={one.run}>
            {said(one)}
            {one.retrained !== '' && <> <Link to={`/federation/${one.retrained}`}>{t('left.goesOn', { run: one.retrained.slice(0, 12) })}</Link></>}
            {again !== undefined && <> ({t(`state.${again.state}`, { defaultValue: again.state })}, {t('runs.rounds', { done: again.done, rounds: again.rounds })})</>}
            {one.stopped.map((model) => <div key={`${model.name}${model.version}`}>{t('left.stopped', { name: model.name, version: model.version })}</div>)}
            {one.digest !== '' && <div className="small soft">{t('left.plan')} <Digest value={one.digest} /></div>}
          </li>
        );
      })}
    </ul>
  );

  function said(one: Left): string {
    const run = one.run.slice(0, 12);
    if (one.problem !== '') return t('left.problem', { run, problem: one.problem });
    if (one.state === 'asked') return t('left.asked', { run });
    if (one.first === 0) return t('left.untouched', { run });
    return t('left.done', { run, count: one.again, first: one.first, withdrawn: one.withdrawn.length });
  }
}
