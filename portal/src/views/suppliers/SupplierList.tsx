import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Grid } from 'antd';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { ANY_COMMODITY } from './rows';
import type { Line, SortKey, Wish } from './rows';
import { SupplierRow } from './SupplierRow';
import { useDebounced } from '../../ui/useDebounced';
import { useGates } from './useGates';
import { useJump } from './useJump';
import { useTrends } from './useTrends';

interface Props {
  readonly lines: readonly Line[];
  readonly picked: readonly string[];
  readonly onPick: (lei: string) => void;
  readonly wish: Wish;
  readonly onWish: (wish: Wish) => void;
}

const COLUMNS: readonly { readonly key: string; readonly sort?: SortKey }[] = [
  { key: 'pick' },
  { key: 'name', sort: 'name' },
  { key: 'score', sort: 'points' },
  { key: 'interval' },
  { key: 'trend', sort: 'change' },
  { key: 'gate' },
  { key: 'cases', sort: 'cases' },
  { key: 'computed', sort: 'computed' },
];

/** Only the rows in view are in the page, however long the list is. */
export function SupplierList({ lines, picked, onPick, wish, onWish }: Props) {
  const { t } = useTranslation('suppliers');
  const format = useFormat();
  const wide = Grid.useBreakpoint().lg ?? true;
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [wide, lines.length]);
  const virtual = useWindowVirtualizer({
    count: lines.length,
    estimateSize: (n) => (lines[n]?.kind === 'group' ? 44 : wide ? 66 : 128),
    overscan: 2,
    scrollMargin: top,
    getItemKey: (n) => {
      const line = lines[n];
      return line === undefined ? n : line.kind === 'row' ? line.row.lei : `group ${line.commodity}`;
    },
  });
  const items = virtual.getVirtualItems();
  const leis = useMemo(() => lines.map((line) => (line.kind === 'row' ? line.row.lei : '')).filter((lei) => lei !== ''), [lines]);
  const trends = useTrends(leis, items[0]?.index ?? 0, items[items.length - 1]?.index ?? 0);
  // While somebody scrolls fast nothing is asked: only what they stop at.
  const resting = useDebounced(items.flatMap(({ index }) => (lines[index]?.kind === 'row' ? [lines[index].row.lei] : [])), 300);
  const gates = useGates(resting);
  const hurried = useJump(items[0]?.index ?? 0, items.length, virtual.isScrolling);
  const chosen = useMemo(() => new Set(picked), [picked]);
  const sort = (key: SortKey): void => onWish({ ...wish, sort: key, down: wish.sort === key && !wish.down });

  return (
    <div className="card flush suppliers" role="table" aria-label={t('title')} aria-rowcount={lines.length + 1}>
      {wide && (
        <div role="rowgroup" className="suppliers-head">
          <div role="row" aria-rowindex={1} className="suppliers-row">
            {COLUMNS.map(({ key, sort: by }) => (
              <span key={key} role="columnheader" className={`cell-${key}`} {...(by && { 'aria-sort': wish.sort === by ? (wish.down ? 'descending' : 'ascending') : 'none' })}>
                {by === undefined ? (
                  t(`column.${key}`)
                ) : (
                  <button type="button" onClick={() => sort(by)}>
                    {t(`column.${key}`)} <i aria-hidden="true">{wish.sort === by ? (wish.down ? '↓' : '↑') : ''}</i>
                  </button>
                )}
              </span>
            ))}
          </div>
        </div>
      )}
      <div ref={body} role="rowgroup" style={{ position: 'relative', height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          const place = { position: 'absolute', insetInline: 0, height: item.size, transform: `translateY(${item.start - top}px)` } as const;
          return line.kind === 'group' ? (
            <div key={item.key} role="row" aria-rowindex={item.index + 2} className="suppliers-group" style={place}>
              <span role="cell">
                {line.commodity === ANY_COMMODITY ? t('anyCommodity') : line.commodity}
                <span className="soft small"> {t('groupCount', { count: line.count, mean: format.points(line.mean) })}</span>
              </span>
            </div>
          ) : (
            <SupplierRow key={item.key} row={line.row} wide={wide} index={item.index + 2} top={item.start - top} height={item.size} trend={trends.get(line.row.lei)} gate={gates.get(line.row.lei)} picked={chosen.has(line.row.lei)} hurried={hurried} onPick={onPick} />
          );
        })}
      </div>
    </div>
  );
}
