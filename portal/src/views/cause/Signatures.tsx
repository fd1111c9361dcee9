import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { Act } from '../cases/Act';
import { fieldsOf, titleOf } from '../cases/definition';
import { useCase, useExport } from '../cases/queries';
import type { Detail } from '../cases/queries';
import '../cases/cases.css';
import { signaturesOf } from './read';

/** The release of the correction where it is asked for: who signed what, what can be done now, and what was written. */
export function Signatures({ found }: { readonly found: Schemas['CauseDetail'] }) {
  const { t, i18n } = useTranslation('cause');
  const query = useCase(found.correction);
  const exported = useExport(found.correction, query.data?.head);
  const queries = useQueryClient();
  const state = query.data?.state;
  // What happens to the correction moves the causal case, and the causal case learns first of what the worker wrote.
  useEffect(() => {
    if (state !== undefined) void queries.invalidateQueries({ queryKey: ['causes', 'case', found.id] });
  }, [queries, state, found.id]);
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['case', found.correction] });
  }, [queries, found.correction, found.state]);
  return (
    <Section
      title={t('sign.title')}
      help={t('sign.help')}
      extra={
        <span className="row tight">
          {query.data !== undefined && <Tag mood={query.data.state === 'applied' || query.data.state === 'closed' ? 'good' : 'info'}>{titleOf(query.data.state_title, i18n.language, query.data.state)}</Tag>}
          <Link to={`/cases/${found.correction}`}>{t('sign.whole')}</Link>
        </span>
      }
    >
      <Asked query={query}>
        {(correction) => (
          <div className="stack tight">
            <Signed correction={correction} />
            {correction.choices.map((choice) => <Act key={choice.action} found={correction} choice={choice} fields={fieldsOf(exported.data)} />)}
          </div>
        )}
      </Asked>
    </Section>
  );
}

function Signed({ correction }: { readonly correction: Detail }) {
  const { t } = useTranslation(['cause', 'cases']);
  const format = useFormat();
  const signatures = signaturesOf(correction.history);
  const { present, proposed, unit, parameter, machine, applied_at: at } = correction.fields as Readonly<Record<string, string | undefined>>;
  return (
    <>
      <p style={{ margin: 0 }}>{t('sign.about', { machine, parameter, present, proposed, unit })}</p>
      <ul className="said" aria-label={t('sign.who')}>
        {signatures.length === 0 && <li className="soft">{t('sign.nobody')}</li>}
        {signatures.map((one) => (
          <li key={`${one.who}${one.at}`} className="row tight">
            <Tag mood={one.meaning === 'rejection' ? 'bad' : 'good'}>{t(`cases:meaning.${one.meaning}`, { defaultValue: one.meaning })}</Tag>
            <strong>{one.who}</strong>
            <span className="soft small">{format.dateTime(one.at)}</span>
            {one.reason !== '' && <q className="small">{one.reason}</q>}
          </li>
        ))}
      </ul>
      {at !== undefined && <p role="status" style={{ margin: 0 }}>{t('sign.written', { proposed, unit, when: format.dateTime(at) })}</p>}
    </>
  );
}
