import { Background, Controls, Handle, Position, ReactFlow } from '@xyflow/react';
import type { Connection, Edge, Node, NodeProps } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { HEAD, LANE, mayLead, placesOf, probabilityOf } from './layout';

interface Props {
  readonly graph: Schemas['GraphView'];
  readonly chosen: readonly [string, string] | null;
  readonly choose: (edge: readonly [string, string] | null) => void;
  readonly may: boolean;
}
type Box = Node<{ readonly label: string; readonly watches: boolean }, 'box'>;
type Lane = Node<{ readonly label: string }, 'lane'>;

const BoxNode = ({ data }: NodeProps<Box>) => (
  <div className={data.watches ? 'graph-box watches' : 'graph-box'}>
    <Handle type="target" position={Position.Top} />
    {data.label}
    <Handle type="source" position={Position.Bottom} />
  </div>
);
const LaneNode = ({ data }: NodeProps<Lane>) => <div className="graph-lane">{data.label}</div>;
const TYPES = { box: BoxNode, lane: LaneNode };

/** The columns in lanes, and every edge that somebody spoke about; drawing from one to another begins a word about it. */
export default function Canvas({ graph, chosen, choose, may }: Props) {
  const { t } = useTranslation('graph');
  const nodes = useMemo((): (Box | Lane)[] => {
    const places = placesOf(graph.columns, graph.edges.map(({ cause, effect }) => [cause, effect] as const));
    const tiers = [...new Set(graph.columns.map(({ tier }) => tier))].sort((one, other) => one - other);
    const lanes = tiers.map((tier, n): Lane => ({ id: `lane ${tier}`, type: 'lane', position: { x: 0, y: n * LANE }, data: { label: graph.tiers[tier] ?? t('tier', { number: tier + 1 }) }, draggable: false, selectable: false, focusable: false, width: HEAD - 24 }));
    const boxes = graph.columns.map((column): Box => ({ id: column.name, type: 'box', position: places.get(column.name) ?? { x: 0, y: 0 }, data: { label: column.name, watches: column.observation }, connectable: may, ariaLabel: column.name }));
    return [...lanes, ...boxes];
  }, [graph, may, t]);
  const edges = useMemo(
    () =>
      graph.edges.map(({ cause, effect, impossible, log_odds }): Edge => {
        const sure = log_odds === null ? 0 : probabilityOf(log_odds);
        const mine = chosen?.[0] === cause && chosen[1] === effect;
        const colour = impossible ? 'var(--clay)' : sure >= 0.5 ? 'var(--pine)' : 'var(--gold)';
        return {
          id: `${cause}→${effect}`, source: cause, target: effect, ariaLabel: t('edge', { cause, effect }),
          style: { stroke: colour, strokeWidth: mine ? 4 : 1 + 2 * Math.abs(sure - 0.5), ...(impossible && { strokeDasharray: '4 5' }) },
          label: impossible ? '✕' : `${Math.round(100 * sure)} %`,
        };
      }),
    [graph, chosen, t],
  );
  const connect = ({ source, target }: Connection): void => choose([source, target]);
  return (
    <ReactFlow
      nodes={nodes} edges={edges} nodeTypes={TYPES} fitView minZoom={0.2} nodesDraggable={false} nodesFocusable={may} proOptions={{ hideAttribution: false }}
      onConnect={connect}
      isValidConnection={({ source, target }) => mayLead(graph.columns, source, target)}
      onEdgeClick={(_, { source, target }) => choose([source, target])}
      onSelectionChange={({ edges: [first] }) => first !== undefined && choose([first.source, first.target])}
      onPaneClick={() => choose(null)}
    >
      <Background color="#e3e1d8" gap={22} />
      <Controls showInteractive={false} />
    </ReactFlow>
  );
}
