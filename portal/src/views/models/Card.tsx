import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, takeOrNull } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Digest } from '../../ui/Digest';
import { Help } from '../../ui/Help';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { MICRO } from './read';
import { useWords } from './useWords';
import './models.css';

type Model = Schemas['ModelDetail'];

interface Props {
  readonly model: Model;
}

/** Where the model comes from, as the chain holds it or as somebody told. */
export function OriginCard({ model }: Props) {
  const { t } = useTranslation('models');
  return (
    <Section title={t('card.origin')} help={<p>{t('card.originHelp')}</p>} extra={<Tag mood={model.checked ? 'good' : 'watch'}>{t(model.checked ? 'checked' : 'unchecked')}</Tag>}>
      <Origin model={model} />
    </Section>
  );
}

/** How good it was found to be, and within which limits it may be used. */
export function UseCard({ model }: Props) {
  const { t } = useTranslation('models');
  return (
    <>
      <Section title={t('card.figures')} help={<p>{t('card.figuresHelp')}</p>}>
        <Figures model={model} />
      </Section>
      <Section title={t('card.limits')} help={<p>{t('card.limitsHelp')}</p>}>
        <Limits model={model} />
      </Section>
    </>
  );
}

function Origin({ model }: Props) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const run = useRunOf(model);
  const digest = (value: string): ReactNode => (value === '' ? <span className="soft">{t('nobodyTold')}</span> : <Digest value={value} />);
  return (
    <dl className="about">
      <div><dt>{t('parties')}</dt><dd className="num">{model.parties}</dd></div>
      {run != null && <div><dt>{t('card.rounds')}</dt><dd><Link className="num" to={`/federation/${run.name}`}>{t('card.roundsOf', { done: run.done, rounds: run.rounds })}</Link></dd></div>}
      <div><dt>{t('added')}</dt><dd>{format.date(model.created)}</dd></div>
      {model.lines.length > 0 && <div><dt>{t('lines')}</dt><dd>{model.lines.join(t('comma'))}</dd></div>}
      <div><dt>{t('card.file')}</dt><dd>{digest(model.digest)}</dd></div>
      <div><dt>{t('card.run')}</dt><dd>{digest(model.run)}</dd></div>
      <div><dt>{t('card.round')}</dt><dd>{digest(model.round)}</dd></div>
      <div><dt>{t('card.model')}</dt><dd>{digest(model.model)}</dd></div>
      <div><dt>{t('card.code')}</dt><dd>{digest(model.code)}</dd></div>
    </dl>
  );
}

/** The run that it came from, where this node looks after the federation; a run's name is how its full name begins. */
function useRunOf(model: Model) {
  const run = model.run.slice(0, 32);
  const query = useQuery({
    queryKey: ['training', run],
    queryFn: () => takeOrNull(api.GET('/v1/training/runs/{run}', { params: { path: { run } } })),
    enabled: run !== '',
    retry: false,
    meta: { keep: false },
  });
  return query.data;
}

function Figures({ model }: Props) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const figures = Object.entries(model.figures);
  return (
    <dl className="about">
      {figures.length === 0 && <div><dt>{t('card.noFigures')}</dt><dd className="soft">{t('card.noFiguresHint')}</dd></div>}
      {figures.map(([name, value]) => (
        <div key={name}><dt>{t(`figure.${name.toLowerCase()}`, { defaultValue: name, nsSeparator: false })}</dt><dd className="num">{format.number(value, 4)}</dd></div>
      ))}
      <div>
        <dt className="row tight">{t('epsilon')} <Help about={t('epsilon')}>{t('epsilonHelp')}</Help></dt>
        <dd>{model.epsilon === '' ? t('epsilonNone') : <span className="num">{format.number(model.epsilon, 3)}</span>}</dd>
      </div>
    </dl>
  );
}

function Limits({ model }: Props) {
  const { t } = useTranslation('models');
  const { feature } = useWords();
  const format = useFormat();
  return (
    <div className="stack tight">
      <p style={{ margin: 0 }}>{t('card.counts')}</p>
      <ul className="plain">
        <li>{t('card.atLeast', { rows: format.number(model.rows) })}</li>
        <li>{t('card.outside', { share: format.percent(model.outside / MICRO, model.outside % 10_000 === 0 ? 0 : 1) })}</li>
        <li>{t('card.drift', { index: format.fixed(model.drift / MICRO, 2) })}</li>
        <li>{t('card.until', { date: format.date(model.until) })}</li>
      </ul>
      <p style={{ margin: 0 }}>{t('card.notFor')}</p>
      <ul className="plain">
        <li>{t('card.notParts')}</li>
        <li>{t('card.notSafety')}</li>
        <li>{t('card.notElsewhere', { features: model.features.slice(0, 4).map(feature).join(t('comma')) })}</li>
      </ul>
    </div>
  );
}
