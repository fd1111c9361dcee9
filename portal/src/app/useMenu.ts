import { useMemo } from 'react';
import { offered, VIEWS } from './routes';
import type { View } from './routes';
import { useNode } from './useNode';
import { useWho } from './useSession';

/** The screens of this person at this organisation. */
export function useMenu(): readonly View[] {
  const who = useWho();
  const organisation = useNode().data?.roles;
  return useMemo(() => VIEWS.filter((view) => offered(who, view, organisation)), [who, organisation]);
}
