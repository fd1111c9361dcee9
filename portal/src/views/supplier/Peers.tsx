import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Section } from '../../ui/Section';
import { usePeers } from './queries';

/** Beside others of the commodity, nobody named; shown only when there are enough of them. */
export function Peers({ lei }: { readonly lei: string }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const peers = usePeers(lei).data;
  if (peers === undefined) return null;
  return (
    <Section title={t('peers.title')} help={<p>{t('peers.help', { count: peers.least_peers })}</p>}>
      {!peers.comparable && <p className="soft">{t('peers.tooFew', { count: peers.least_peers })}</p>}
      <ul className="peers">
        {peers.figures.map((figure) => {
          const most = Math.max(Number(figure.own), ...figure.quantiles.map(({ points }) => Number(points)), 1);
          const at = (points: string): string => `${(Number(points) / most) * 100}%`;
          return (
            <li key={figure.name}>
              <span>{t(`name.${figure.name}`, { defaultValue: figure.name })}</span>
              <span className="peers-track" aria-hidden="true">
                {figure.quantiles.map(({ percent, points }) => (
                  <i key={percent} style={{ left: at(points) }} />
                ))}
                <b style={{ left: at(figure.own) }} />
              </span>
              <span className="num small">{t('peers.quarter', { quarter: figure.quarter, own: format.number(figure.own, 1) })}</span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
