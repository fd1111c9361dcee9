import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Verdict } from '../../ui/Answers';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { fromEnd } from '../../ui/fromEnd';
import { useKind } from '../../ui/useKind';
import { GapsByLog } from './GapsByLog';
import { SupplierChoice } from './SupplierChoice';
import { calendarOf } from './calendar';
import './audit.css';

type Completeness = Schemas['CompletenessView'];

/** That no record is missing: numbers without gaps, and months without holes. */
export default function GapsPage() {
  const { t } = useTranslation('audit');
  const [lei, setLei] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ['gaps', lei],
    queryFn: () => take(api.GET('/v1/suppliers/{lei}/evidence/gaps', { params: { path: { lei: lei ?? '' } } })),
    enabled: lei !== null,
  });
  return (
    <Page title={t('gaps.title')} lead={t('gaps.lead')}>
      <div className="stack">
        <SupplierChoice value={lei} onChange={setLei} />
        {lei === null ? (
          <div className="card">
            <Empty title={t('gaps.choose')} hint={t('gaps.chooseHint')} />
          </div>
        ) : (
          <Asked query={query}>{(found) => (found.statements === 0 ? <GapsByLog key={lei} lei={lei} /> : <Found found={found} />)}</Asked>
        )}
      </div>
    </Page>
  );
}

/** The verdict on completeness, the gaps by name, and the calendar. */
export function Found({ found }: { readonly found: Completeness }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const kindOf = useKind();
  if (found.statements === 0) {
    return (
      <div className="card">
        <Empty title={t('gaps.nothing')} hint={t('gaps.nothingHint')} />
      </div>
    );
  }
  return (
    <div className="stack">
      <Verdict mood={found.complete ? 'good' : 'bad'} title={t(found.complete ? 'gaps.complete' : 'gaps.incomplete')}>
        {t('gaps.counts', { statements: format.number(found.statements), anchored: format.number(found.anchored) })}
      </Verdict>
      {(found.gaps.length > 0 || found.doubles.length > 0) && (
        <Section title={t('gaps.missing')} help={<p>{t('gaps.missingHelp')}</p>}>
          <ul>
            {found.gaps.map((gap) => (
              <li key={`${gap.issuer}/${gap.kind}/${gap.first}`}>
                {t('gaps.gap', { kind: kindOf(gap.kind), first: format.number(gap.first), last: format.number(gap.last), issuer: gap.issuer })}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={t('gaps.calendar')} help={<p>{t('gaps.calendarHelp')}</p>} flush>
        <CalendarTable found={found} />
      </Section>
    </div>
  );
}

function CalendarTable({ found }: { readonly found: Completeness }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const kindOf = useKind();
  const { months, rows } = calendarOf(found.months);
  return (
    <div className="audit-scroll" role="region" tabIndex={0} aria-label={t('gaps.calendar')} ref={fromEnd}>
      <table className="audit-table gap-calendar">
        <thead>
          <tr>
            <th scope="col">{t('record.kind')}</th>
            {months.map((month) => (
              <th key={month} scope="col">
                {format.month(month)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ kind, counts }) => (
            <tr key={kind}>
              <th scope="row">{kindOf(kind)}</th>
              {counts.map((count, at) => (
                <td key={months[at]}>
                  <span className={count > 0 ? 'gap-cell some' : 'gap-cell none'}>{count > 0 ? format.number(count) : t('gaps.none')}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
