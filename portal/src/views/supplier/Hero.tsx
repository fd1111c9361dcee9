import { SafetyCertificateOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { POINT, useFormat } from '../../i18n/format';
import { Help } from '../../ui/Help';
import { IntervalBar } from '../../ui/IntervalBar';
import { Sparkline } from '../../ui/Sparkline';
import { Tag } from '../../ui/Tag';
import { useKeptScore, useOpenCasesOf } from './queries';
import type { Explanation } from './queries';

const micro = (points: string): number => Math.round(Number(points) * POINT);

/** The score in one look: how much, how sure, where it goes, what it allows, and whether it is proved. */
export function Hero({ lei, score }: { readonly lei: string; readonly score: Explanation }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const kept = useKeptScore(lei).data ?? null;
  const cases = useOpenCasesOf(lei).data?.items.length ?? 0;
  const { points, low, high } = score;
  const rated = points !== null && low !== null && high !== null;
  const { trend } = score;
  const proved = kept?.attestation != null;
  return (
    <section className="card hero" aria-label={t('hero.title')}>
      <div className="hero-score">
        <span className="serif num">{rated ? format.number(points, 1) : '–'}</span>
        <div className="stack tight">
          <div className="row tight">
            {score.band !== null && <Tag mood="calm">{t('band', { band: score.band })}</Tag>}
            <Tag mood={score.eligibility === 'eligible' ? 'good' : 'bad'}>{t(`eligibility.${score.eligibility}`)}</Tag>
            <Help about={t('hero.title')}>
              <p>{t('hero.help', { policy: score.policy })}</p>
              <p>{t('hero.boundHelp', { floor: score.eligibility_floor })}</p>
            </Help>
          </div>
          <span className="soft small">{rated ? t('hero.of') : t('hero.notRated')}</span>
        </div>
      </div>
      <div className="hero-interval">
        {rated ? (
          <>
            <IntervalBar large points={micro(points)} low={micro(low)} high={micro(high)} floor={micro(score.eligibility_floor)} />
            <span className="soft small num">{t('hero.interval', { low: format.number(low, 1), high: format.number(high, 1), floor: format.number(score.eligibility_floor, 1) })}</span>
          </>
        ) : (
          <ul className="plain">
            {score.missing.map((one) => (
              <li key={one}>{t('hero.missing', { what: score.lines.find((line) => line.indicator === one)?.title ?? one })}</li>
            ))}
          </ul>
        )}
      </div>
      <div className="hero-trend">
        {trend.points.some((one) => one.points !== null) && trend.points.length > 1 && <Sparkline width={140} height={40} values={trend.points.map((one) => (one.points === null ? null : Number(one.points)))} label={t(`direction.${trend.direction}`, { change: trend.change ?? '' })} />}
        <span className="soft small">{t(`direction.${trend.direction}`, { change: trend.change ?? '' })}</span>
      </div>
      <dl className="hero-facts">
        <div>
          <dt>{t('hero.proof')}</dt>
          <dd className={proved ? 'proved' : ''}>
            {proved && <SafetyCertificateOutlined aria-hidden="true" />} {proved ? t('hero.attested') : kept === null ? t('hero.notKept') : t('hero.notAttested')}
          </dd>
        </div>
        <div>
          <dt>{t('hero.asOf')}</dt>
          <dd>{format.date(score.as_of)}</dd>
        </div>
        <div>
          <dt>{t('hero.cases')}</dt>
          <dd>{cases === 0 ? t('hero.none') : <Link to={`/repairs?subject=${lei}`}>{t('hero.open', { count: cases })}</Link>}</dd>
        </div>
      </dl>
    </section>
  );
}
