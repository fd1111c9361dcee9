import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { Acts } from './Acts';
import { Assess } from './Assess';
import { OriginCard, UseCard } from './Card';
import { DriftBars } from './DriftBars';
import { Inputs } from './Inputs';
import { Looks } from './Looks';
import { Why } from './ModelRow';
import { useLooks, useModel } from './queries';
import { MOODS, newestDrift, standingOf } from './read';
import './models.css';

/** One model: whether it counts, its card, what it says of a month, and how far its inputs have moved. */
export default function ModelPage() {
  const { t } = useTranslation('models');
  const { name = '', version = '' } = useParams();
  const number = Number(version);
  const mayAssess = useMay('causes:write');
  const query = useModel(name, number);
  const model = query.data;
  // What was said stays readable after a stop; before a release there is nothing to read.
  const said = (useLooks(name, number).data?.items.length ?? 0) > 0;
  return (
    <Page title={t('called', { name, version })} lead={t('oneLead')} actions={model !== undefined && <Acts model={model} />}>
      <Asked query={query} rows={10}>
        {(found) => {
          const standing = standingOf(found);
          return (
            <div className="stack">
              <section className="card row" aria-label={t('state')}>
                <Tag mood={MOODS[standing]}>{t(`standing.${standing}`)}</Tag>
                {standing === 'counting' ? <span>{t('countingHint')}</span> : <Why model={found} />}
              </section>
              <div className="grid two">
                {found.state === 'released' || said ? (
                  <>
                    <div className="stack">
                      {mayAssess && found.state === 'released' && <Assess model={found} />}
                      <Drifted name={name} version={number} stop={found.drift} />
                      <Looks name={name} version={number} />
                    </div>
                    <div className="stack"><UseCard model={found} /><OriginCard model={found} /><Inputs model={found} /></div>
                  </>
                ) : (
                  <>
                    <div className="stack"><UseCard model={found} /><Inputs model={found} /></div>
                    <div className="stack"><OriginCard model={found} /></div>
                  </>
                )}
              </div>
            </div>
          );
        }}
      </Asked>
    </Page>
  );
}

interface Which {
  readonly name: string;
  readonly version: number;
}

function Drifted({ name, version, stop }: Which & { readonly stop: number }) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const query = useLooks(name, version);
  const help = (
    <>
      <p>{t('drift.help1')}</p>
      <p>{t('drift.help2')}</p>
    </>
  );
  return (
    <Section title={t('drift.title')} help={help}>
      <Asked query={query}>
        {({ items }) => {
          const newest = newestDrift(items);
          if (newest === null) return <Empty title={t('drift.none')} hint={t('drift.noneHint')} />;
          return (
            <>
              <p className="soft small" style={{ marginTop: 0 }}>
                {t(newest.parts > 0 ? 'drift.of' : 'drift.ofAll', { source: t(`source.${newest.source}`, { defaultValue: newest.source }), parts: format.number(newest.parts), at: format.dateTime(newest.at) })}
              </p>
              <DriftBars drift={newest.drift} stop={stop} />
            </>
          );
        }}
      </Asked>
    </Section>
  );
}
