import { Button } from 'antd';
import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api, take } from '../../api/client';
import { POINT, useFormat } from '../../i18n/format';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { IntervalBar } from '../../ui/IntervalBar';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { Observed } from '../supplier/Observed';
import { useSupplierNames } from './useSupplierNames';
import { linesBeside } from './beside';
import './compare.css';

const MOST = 4;
const micro = (points: string): number => Math.round(Number(points) * POINT);

/** Up to four suppliers beside each other: overall, and indicator by indicator. */
export default function ComparePage() {
  const { t, i18n } = useTranslation('compare');
  const format = useFormat();
  const go = useNavigate();
  const [search] = useSearchParams();
  const leis = [...new Set(search.getAll('lei'))].slice(0, MOST);
  const names = useSupplierNames(leis);
  const language = i18n.language === 'zh' ? ('zh' as const) : ('en' as const);
  const asked = useQueries({
    queries: leis.map((lei) => ({
      queryKey: ['explanation', lei, language],
      queryFn: () => take(api.GET('/v1/suppliers/{lei}/score/explanation', { params: { path: { lei }, query: { language } } })),
      staleTime: 30_000,
    })),
  });
  const failed = asked.find((one) => one.isError);
  const found = asked.flatMap(({ data }) => data ?? []);
  return (
    <Page title={t('title')} lead={t('lead')} actions={<Button onClick={() => void go('/suppliers')}>{t('back')}</Button>}>
      {leis.length < 2 ? (
        <div className="card">
          <Empty title={t('none')} hint={t('noneHint')} action={{ label: t('back'), to: '/suppliers' }} />
        </div>
      ) : failed !== undefined ? (
        <Failure error={failed.error} onRetry={() => void failed.refetch()} />
      ) : found.length < leis.length ? (
        <Loading rows={8} />
      ) : (
        <Section title={t('table')} help={<p>{t('help')}</p>}>
          <div className="scroll-x">
            <table className="compare">
              <thead>
                <tr>
                  <td />
                  {found.map((score) => (
                    <th key={score.subject} scope="col">
                      <Link to={`/suppliers/${score.subject}`}>{names.get(score.subject) ?? score.subject}</Link>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                <tr>
                  <th scope="row">{t('score')}</th>
                  {found.map((score) => (
                    <td key={score.subject}>
                      <span className="serif num compare-score">{format.fixed(score.points, 1)}</span>
                      {score.points !== null && score.low !== null && score.high !== null && (
                        <IntervalBar points={micro(score.points)} low={micro(score.low)} high={micro(score.high)} floor={micro(score.eligibility_floor)} />
                      )}
                    </td>
                  ))}
                </tr>
                <tr>
                  <th scope="row">{t('eligibility')}</th>
                  {found.map((score) => (
                    <td key={score.subject}>
                      <Tag mood={score.eligibility === 'eligible' ? 'good' : 'bad'}>{t(`eligible.${score.eligibility}`)}</Tag> {score.band !== null && <Tag mood="calm">{t('band', { band: score.band })}</Tag>}
                    </td>
                  ))}
                </tr>
                {linesBeside(found).map(({ indicator, title, cells, best }) => (
                  <tr key={indicator}>
                    <th scope="row">{title}</th>
                    {cells.map((line, n) => (
                      <td key={found[n]?.subject}>
                        {line === null || !line.present ? (
                          <span className="soft">{t('absent')}</span>
                        ) : (
                          <>
                            <span className={n === best ? 'num best' : 'num'}>{t('points', { points: format.fixed(line.points, 1), of: format.number(line.of, 1) })}</span>
                            {n === best && <span className="small soft"> {t('best')}</span>}
                            <span className="compare-bar" aria-hidden="true">
                              <i style={{ width: `${(Number(line.points) / Math.max(Number(line.of), 0.001)) * 100}%` }} />
                            </span>
                            <Observed line={line} />
                          </>
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}
    </Page>
  );
}
