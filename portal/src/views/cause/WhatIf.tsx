import { useQuery } from '@tanstack/react-query';
import { Slider } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Failure } from '../../ui/Failure';
import { Select } from '../../ui/Select';
import { useDebounced } from '../../ui/useDebounced';

type Point = Schemas['PointView'];

/** A set point as it might be, and what the characteristic would do; far from the data nothing is said. */
export function WhatIf({ found }: { readonly found: Schemas['CauseDetail'] }) {
  const query = useQuery({ queryKey: ['causes', 'points'], queryFn: () => take(api.GET('/v1/causes/points')), meta: { keep: false } });
  const points = query.data?.items.filter(({ column }) => column !== '') ?? [];
  const [chosen, setChosen] = useState(0);
  const point = points[chosen];
  if (point === undefined) return null;
  return <Slide key={point.column} found={found} point={point} points={points} choose={(column) => setChosen(points.findIndex((one) => one.column === column))} />;
}

interface Props {
  readonly found: Schemas['CauseDetail'];
  readonly point: Point;
  readonly points: readonly Point[];
  readonly choose: (column: string) => void;
}

function Slide({ found, point, points, choose }: Props) {
  const { t } = useTranslation('cause');
  const format = useFormat();
  const [value, setValue] = useState(Number(point.present ?? point.lowest));
  const digits = point.resolution.split('.')[1]?.length ?? 0;
  const asked = useDebounced(value.toFixed(digits), 350);
  const answer = useQuery({
    queryKey: ['causes', 'what-if', found.id, found.explanation === null, point.column, asked],
    queryFn: () => take(api.POST('/v1/causes/cases/{case}/what-if', { params: { path: { case: found.id } }, body: { column: point.column, value: asked } })),
    placeholderData: (before) => before,
    meta: { keep: false },
  });
  const said = (answer.data ?? {}) as Readonly<Record<string, unknown>>;
  const change = said['value'] === null || said['value'] === undefined ? null : Number(said['value']);
  const ends = Array.isArray(said['interval']) ? said['interval'].map(Number) : [];
  return (
    <div className="stack tight" style={{ borderTop: '1px solid var(--line)', paddingTop: 14 }}>
      <div className="row apart">
        <strong>{t('if.title')}</strong>
        {points.length > 1 && <Select size="small" label={t('if.column')} value={point.column} onChange={choose} options={points.map(({ column }) => ({ value: column, label: column }))} />}
      </div>
      <div className="row">
        <span className="soft small">{point.column}</span>
        <div style={{ flex: '1 1 220px' }}>
          <Slider min={Number(point.lowest)} max={Number(point.highest)} step={Number(point.resolution)} value={value} onChange={setValue} ariaLabelForHandle={point.column} {...(point.present !== null && { marks: { [point.present]: t('if.now') } })} />
        </div>
        <span className="num">{`${format.fixed(value, digits)} ${point.unit}`}</span>
      </div>
      <p role="status" style={{ margin: 0 }}>
        {answer.error !== null || answer.data === undefined ? null : change === null ? <span className="soft">{t('if.silent', { why: String(said['abstained'] ?? '') })}</span> : t('if.says', { column: found.column, change: format.number(change, 2), low: format.number(ends[0], 2), high: format.number(ends[1], 2), unit: found.unit })}
      </p>
      {answer.error !== null && <Failure error={answer.error} />}
    </div>
  );
}
