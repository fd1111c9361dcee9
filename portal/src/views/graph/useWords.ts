import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useWho } from '../../app/useSession';
import { undoOf } from './undo';
import type { Said } from './undo';

export interface Words {
  readonly say: (said: Said) => void;
  /** Takes back what was said last in this visit; null when nothing was. */
  readonly undo: (() => void) | null;
  readonly pending: boolean;
  readonly error: unknown;
}

/** Says something about edges; undoing says again what one had said before, so that nothing is ever lost. */
export function useWords(line: string, graph: Schemas['GraphView'] | null | undefined): Words {
  const { t } = useTranslation('graph');
  const { name } = useWho();
  const queries = useQueryClient();
  const [undos, setUndos] = useState<readonly Said[]>([]);
  const send = useMutation({
    mutationFn: (said: Said) => take(api.POST('/v1/causes/graphs/words', { body: { line, version: graph?.version ?? 0, said: [said] } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['causes', 'graph', line] }),
  });
  const last = undos[undos.length - 1];
  return {
    say: (said) => {
      const undo = undoOf(graph?.edges ?? [], said, name, t('undone'));
      send.mutate(said, { onSuccess: () => setUndos([...undos, undo]) });
    },
    undo: last === undefined ? null : () => send.mutate(last, { onSuccess: () => setUndos(undos.slice(0, -1)) }),
    pending: send.isPending,
    error: send.error,
  };
}
