interface Props {
  /** Oldest first; null where there was no score. */
  readonly values: readonly (number | null)[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
}

/** A line without axes: where it comes from, where it goes. Told in words to who does not see it. */
export function Sparkline({ values, label, width = 96, height = 28 }: Props) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return <span className="soft">–</span>;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  // Two points of difference at least fill the height: noise must not look like news.
  const range = Math.max(most - least, 2);
  const base = (least + most - range) / 2;
  const step = values.length > 1 ? (width - 10) / (values.length - 1) : 0;
  const at = values.flatMap((value, n) => {
    const x = values.length > 1 ? 5 + n * step : width - 5;
    return value === null ? [] : [[x, 5 + (height - 10) * (1 - (value - base) / range)] as const];
  });
  const last = at[at.length - 1];
  return (
    <svg role="img" aria-label={label} width={width} height={height} className="spark">
      <polyline points={at.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round" />
      {last !== undefined && <circle cx={last[0]} cy={last[1]} r="2.8" fill="currentColor" />}
    </svg>
  );
}
