import { Background, Controls, Handle, MarkerType, Position, ReactFlow } from '@xyflow/react';
import type { Connection, Edge, Node, NodeProps } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Drawn } from './drawn';
import { HEAD, layoutOf, mayLead } from './layout';
import type { Column } from './layout';

interface Props {
  readonly columns: readonly Column[];
  readonly tiers: readonly string[];
  readonly edges: readonly Drawn[];
  readonly chosen: readonly [string, string] | null;
  readonly choose: (edge: readonly [string, string] | null) => void;
  readonly may: boolean;
}
type Box = Node<{ readonly label: string; readonly watches: boolean; readonly path: boolean }, 'box'>;
type Lane = Node<{ readonly label: string }, 'lane'>;
/** With more edges than this only those that matter now carry their figure. */
const MOST_LABELS = 40;

const BoxNode = ({ data }: NodeProps<Box>) => (
  <div className={`graph-box${data.watches ? ' watches' : ''}${data.path ? ' path' : ''}`}>
    <Handle type="target" position={Position.Top} />
    {data.label}
    <Handle type="source" position={Position.Bottom} />
  </div>
);
const LaneNode = ({ data }: NodeProps<Lane>) => <div className="graph-lane">{data.label}</div>;
const TYPES = { box: BoxNode, lane: LaneNode };

/** The columns in lanes, with the edges that people or lots speak of; drawing from one to another begins a word about it. */
export default function Canvas({ columns, tiers, edges, chosen, choose, may }: Props) {
  const { t } = useTranslation('graph');
  const nodes = useMemo((): (Box | Lane)[] => {
    const { places, lanes } = layoutOf(columns, edges.map(({ cause, effect }) => [cause, effect] as const));
    const stops = new Set(edges.flatMap(({ cause, effect, path }) => (path ? [cause, effect] : [])));
    return [
      ...lanes.map(({ tier, y }): Lane => ({ id: `lane ${tier}`, type: 'lane', position: { x: 0, y }, data: { label: tiers[tier] ?? t('tier', { number: tier + 1 }) }, draggable: false, selectable: false, focusable: false, width: HEAD - 24 })),
      ...columns.map(({ name, observation }): Box => ({ id: `box ${name}`, type: 'box', position: places.get(name) ?? { x: 0, y: 0 }, data: { label: name, watches: observation, path: stops.has(name) }, connectable: may, ariaRole: 'group', ariaLabel: name })),
    ];
  }, [columns, tiers, edges, may, t]);
  const lines = useMemo(
    () =>
      edges.map((one): Edge => {
        const mine = chosen?.[0] === one.cause && chosen[1] === one.effect;
        const colour = one.impossible ? 'var(--clay)' : one.path ? 'var(--pine)' : one.belief === null ? '#8d8a7d' : one.belief >= 0.5 ? 'var(--pine)' : 'var(--gold)';
        const figure = one.belief ?? one.share;
        const quiet = edges.length > MOST_LABELS && !mine && !one.path && one.belief === null;
        return {
          id: `${one.cause}\u0001${one.effect}`, source: `box ${one.cause}`, target: `box ${one.effect}`, data: { ends: [one.cause, one.effect] }, ariaLabel: t('edge', { cause: one.cause, effect: one.effect }), zIndex: one.path || mine ? 1 : 0,
          style: { stroke: colour, strokeWidth: mine ? 4 : one.path ? 3 : 1 + 2 * Math.abs((figure ?? 0.5) - 0.5), ...(one.impossible && { strokeDasharray: '4 5' }), ...(one.belief === null && !one.path && !one.impossible && { opacity: 0.55 }) },
          ...(!one.impossible && { markerEnd: { type: MarkerType.ArrowClosed, color: colour, markerUnits: 'userSpaceOnUse', width: 18, height: 18 } }),
          ...(!quiet && { label: one.impossible ? '✕' : figure === null ? '' : `${Math.round(100 * figure)} %` }),
        };
      }),
    [edges, chosen, t],
  );
  const endsOf = (edge: Edge): readonly [string, string] => (edge.data as { readonly ends: readonly [string, string] }).ends;
  const name = (id: string): string => id.slice('box '.length);
  return (
    <ReactFlow
      nodes={nodes} edges={lines} nodeTypes={TYPES} fitView minZoom={0.15} nodesDraggable={false} nodesFocusable={may} proOptions={{ hideAttribution: false }}
      onConnect={({ source, target }: Connection) => choose([name(source), name(target)])}
      isValidConnection={({ source, target }) => mayLead(columns, name(source), name(target))}
      onEdgeClick={(_, edge) => choose(endsOf(edge))}
      onSelectionChange={({ edges: [first] }) => first !== undefined && choose(endsOf(first))}
      onPaneClick={() => choose(null)}
    >
      <Background color="#e3e1d8" gap={22} />
      <Controls showInteractive={false} />
    </ReactFlow>
  );
}
