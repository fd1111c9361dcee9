import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Select } from '../../ui/Select';
import type { Intake } from './intake';
import { useRuns } from './queries';

interface Props {
  readonly form: Intake;
  readonly known: readonly Schemas['ModelRow'][];
  readonly onChange: (part: Partial<Intake>) => void;
}

/** Which finished run the model is taken from; runs that are not finished are shown with their state, and cannot be chosen. */
export function FromRun({ form, known, onChange }: Props) {
  const { t } = useTranslation('models');
  const { t: federation } = useTranslation('federation');
  const query = useRuns();
  return (
    <Asked query={query} rows={2}>
      {({ steward, runs }) => {
        if (steward === null) return <Empty title={t('add.elsewhere')} hint={t('add.elsewhereHint')} action={{ label: t('add.byFile'), onClick: () => onChange({ from: 'file' }) }} />;
        if (runs.length === 0) return <Empty title={t('add.noRuns')} hint={t('add.noRunsHint')} action={{ label: t('toRuns'), to: '/federation' }} />;
        const options = runs.map((run) => {
          const taken = known.find((one) => one.run.startsWith(run.name));
          const state = federation(`state.${run.state}`, { defaultValue: run.state });
          const more = run.withdrawn.length > 0 ? t('add.withdrawn') : taken === undefined ? '' : t('add.taken', { name: taken.name, version: taken.version });
          return {
            value: run.name,
            label: [run.name.slice(0, 12), state, federation('runs.rounds', { done: run.done, rounds: run.rounds }), more].filter((text) => text !== '').join(' · '),
            disabled: run.state !== 'finished' || run.withdrawn.length > 0,
          };
        });
        return (
          <>
            <label className="field">
              <span>{t('add.which')}</span>
              <Select label={t('add.which')} value={form.run === '' ? undefined : form.run} placeholder={t('add.choose')} options={options} onChange={(run) => onChange({ run: run ?? '' })} />
              <span className="soft small">{t(options.some(({ disabled }) => !disabled) ? 'add.whichHint' : 'add.noneFinished')}</span>
            </label>
            <label className="field">
              <span>{t('add.until')}</span>
              <Input type="date" value={form.until} onChange={(event) => onChange({ until: event.target.value })} style={{ maxWidth: 200 }} />
              <span className="soft small">{t('add.untilHint')}</span>
            </label>
          </>
        );
      }}
    </Asked>
  );
}
