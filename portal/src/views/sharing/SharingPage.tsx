import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { all, api, take } from '../../api/client';
import { useNode } from '../../app/useNode';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { useKind } from '../../ui/useKind';
import { useCharacteristics, useCompleteness } from '../supplier/queries';
import { dutiesOf } from './duties';
import '../supplier/supplier.css';

/** What we still owe, and who was given what: both out of the node's own records. */
export default function SharingPage() {
  const { t } = useTranslation('sharing');
  const node = useNode();
  const may = useMay('statements:disclose');
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="grid two">
        {may ? <Seen /> : <div className="card"><Empty title={t('mayNot')} hint={t('mayNotHint')} /></div>}
        <Asked query={node}>{(found) => <Duties lei={found.lei} />}</Asked>
      </div>
    </Page>
  );
}

function Duties({ lei }: { readonly lei: string }) {
  const { t } = useTranslation('sharing');
  const kindOf = useKind();
  const format = useFormat();
  const complete = useCompleteness(lei);
  const measured = useCharacteristics(lei);
  return (
    <Section title={t('duties')} help={<p>{t('dutiesHelp')}</p>}>
      <Asked query={complete}>
        {(found) => {
          const duties = dutiesOf(lei, found, measured.data?.items ?? [], new Date());
          return duties.length === 0 ? (
            <Empty title={t('noDuties')} hint={t('noDutiesHint')} />
          ) : (
            <ul className="reasons">
              {duties.map((duty, n) => (
                <li key={n}>
                  <Tag mood={duty.kind === 'waiting' ? 'watch' : 'bad'}>{t(`duty.${duty.kind}`)}</Tag>
                  <span>
                    {t(`dutyText.${duty.kind}`, {
                      count: duty.count,
                      what: duty.kind === 'gap' ? kindOf(duty.what) : duty.what,
                      detail: duty.kind === 'month' ? format.month(duty.detail) : duty.detail,
                    })}
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Asked>
    </Section>
  );
}

function Seen() {
  const { t } = useTranslation('sharing');
  const format = useFormat();
  const query = useQuery({
    queryKey: ['disclosures'],
    queryFn: () => all((cursor) => take(api.GET('/v1/disclosures', { params: { query: { limit: 500, ...(cursor && { cursor }) } } })), 5_000),
  });
  return (
    <Section title={t('seen')} help={<p>{t('seenHelp')}</p>}>
      <Asked query={query} rows={8}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={t('noneSeen')} hint={t('noneSeenHint')} />
          ) : (
            <ol className="timeline">
              {[...found].reverse().slice(0, 300).map((one) => (
                <li key={one.number}>
                  <time className="soft small num" dateTime={one.at} title={format.dateTime(one.at)}>
                    {format.relative(one.at)}
                  </time>
                  <span className="timeline-what">
                    <strong>{one.member ?? one.by}</strong>
                    <span className="soft small">
                      {one.detail['statements'] !== undefined
                        ? t('gotStatements', { count: Number(one.detail['statements']) })
                        : one.detail['fields'] !== undefined
                          ? t('gotFields', { fields: one.detail['fields'] })
                          : t('gotFile')}
                    </span>
                  </span>
                  <Tag mood={one.member === null ? 'calm' : 'info'}>{t(one.member === null ? 'ownPeople' : 'member')}</Tag>
                </li>
              ))}
            </ol>
          )
        }
      </Asked>
    </Section>
  );
}
