import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { all, api, take } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { ImportTable } from './ImportTable';
import { Models } from './Models';
import { Points } from './Points';
import { Watches } from './Watches';
import { moodOf } from './states';
import './causes.css';

/** Alarms of our own lines, and how far each is from a cause to a correction. */
export default function CausesPage() {
  const { t } = useTranslation('causes');
  const format = useFormat();
  const mayWrite = useMay('causes:write');
  const query = useQuery({
    queryKey: ['causes', 'list'],
    queryFn: () => all((cursor) => take(api.GET('/v1/causes/cases', { params: { query: { limit: 200, ...(cursor && { cursor }) } } })), 2_000),
  });
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="grid two">
        <Section title={t('cases')} help={t('casesHelp')}>
          <Asked query={query}>
            {(cases) =>
              cases.length === 0 ? (
                <Empty title={t('none')} hint={t('noneHint')} />
              ) : (
                <ul className="cause-list">
                  {[...cases].reverse().map((one) => (
                    <li key={one.id}>
                      <Link to={`/causes/${one.id}`}>
                        <strong>{one.column}</strong>
                        <span className="soft small">{one.line}</span>
                      </Link>
                      <Tag mood={moodOf(one.state)}>{t(`state.${one.state}`)}</Tag>
                      <span className="soft small">
                        {one.by_itself ? t('signals', { count: one.signals }) : t('byHand')}
                        {one.since !== '' && ` · ${format.dateTime(one.since)}`}
                      </span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Asked>
        </Section>
        <div className="stack">
          <Points />
          <Watches />
          <Models />
          {mayWrite && <ImportTable />}
        </div>
      </div>
    </Page>
  );
}
