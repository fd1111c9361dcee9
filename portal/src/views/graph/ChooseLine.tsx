import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { all, api, take } from '../../api/client';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import '../causes/causes.css';

/** The lines that anything is known of: those that are watched, and those that had an alarm. */
async function lines(): Promise<string[]> {
  const [watches, cases] = await Promise.all([
    take(api.GET('/v1/causes/watches')),
    all((cursor) => take(api.GET('/v1/causes/cases', { params: { query: { limit: 200, ...(cursor && { cursor }) } } })), 2_000),
  ]);
  return [...new Set([...watches.items, ...cases].map(({ line }) => line))].sort();
}

/** The graph belongs to a line; whoever comes without one chooses it here. */
export function ChooseLine() {
  const { t } = useTranslation('graph');
  const query = useQuery({ queryKey: ['causes', 'lines'], queryFn: lines });
  return (
    <Page title={t('choose.title')} lead={t('lead')}>
      <Section title={t('choose.lines')}>
        <Asked query={query}>
          {(found) =>
            found.length === 0 ? (
              <Empty title={t('choose.none')} hint={t('choose.noneHint')} action={{ label: t('choose.begin'), to: '/causes' }} />
            ) : (
              <ul className="cause-list">
                {found.map((line) => (
                  <li key={line}>
                    <Link to={`/causes/graph?line=${encodeURIComponent(line)}`}>
                      <strong>{line}</strong>
                    </Link>
                  </li>
                ))}
              </ul>
            )
          }
        </Asked>
      </Section>
    </Page>
  );
}
