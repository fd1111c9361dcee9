import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';

export type Said = Schemas['SaidForm'];

export interface Words {
  readonly say: (said: Said) => void;
  /** Takes back what was said last in this visit; null when nothing was. */
  readonly undo: (() => void) | null;
  readonly pending: boolean;
  readonly error: unknown;
}

/** Says something about edges; undoing says that it is withdrawn, so that nothing is ever lost. */
export function useWords(line: string, version: number): Words {
  const { t } = useTranslation('graph');
  const queries = useQueryClient();
  const [done, setDone] = useState<readonly Said[]>([]);
  const send = useMutation({
    mutationFn: (said: Said) => take(api.POST('/v1/causes/graphs/words', { body: { line, version, said: [said] } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['causes', 'graph', line] }),
  });
  const last = done[done.length - 1];
  return {
    say: (said) => send.mutate(said, { onSuccess: () => setDone([...done, said]) }),
    undo:
      last === undefined
        ? null
        : () =>
            send.mutate(
              { cause: last.cause, effect: last.effect, saying: 'withdrawn', probability: null, reason: t('undone') },
              { onSuccess: () => setDone(done.slice(0, -1)) },
            ),
    pending: send.isPending,
    error: send.error,
  };
}
