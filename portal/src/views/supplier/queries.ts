/** What the screens about one supplier ask of the node. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take, takeOrNull } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';

export type Explanation = Schemas['ExplanationView'];
export type Line = Schemas['ExplainedLine'];

const path = (lei: string) => ({ path: { lei } });

/** The score as the evidence at this node says it now; nothing is kept by asking. */
export function useExplanation(lei: string) {
  const language = useTranslation().i18n.language === 'zh' ? ('zh' as const) : ('en' as const);
  return useQuery({
    queryKey: ['explanation', lei, language],
    queryFn: () => take(api.GET('/v1/suppliers/{lei}/score/explanation', { params: { ...path(lei), query: { language } } })),
    staleTime: 30_000,
  });
}

/** Null for an LEI that no member has. */
export function useMember(lei: string) {
  return useQuery({ queryKey: ['member', lei], queryFn: () => takeOrNull(api.GET('/v1/members/{lei}', { params: path(lei) })), staleTime: 300_000 });
}

/** The newest score that is kept; null before the first. */
export function useKeptScore(lei: string) {
  return useQuery({ queryKey: ['score', lei], queryFn: () => takeOrNull(api.GET('/v1/suppliers/{lei}/score', { params: path(lei) })) });
}

/** Null while there is no earlier score to compare with. */
export function useChanges(lei: string) {
  return useQuery({ queryKey: ['changes', lei], queryFn: () => takeOrNull(api.GET('/v1/suppliers/{lei}/score/changes', { params: path(lei) })) });
}

export function usePeers(lei: string) {
  return useQuery({ queryKey: ['peers', lei], queryFn: () => take(api.GET('/v1/suppliers/{lei}/score/peers', { params: path(lei) })), staleTime: 300_000 });
}

export function useCharacteristics(lei: string) {
  return useQuery({
    queryKey: ['characteristics', lei],
    queryFn: () => take(api.GET('/v1/suppliers/{lei}/characteristics', { params: path(lei) })),
    staleTime: 60_000,
  });
}

export function useCompleteness(lei: string) {
  return useQuery({ queryKey: ['gaps', lei], queryFn: () => take(api.GET('/v1/suppliers/{lei}/evidence/gaps', { params: path(lei) })), staleTime: 60_000 });
}

/** Null where the node knows no gate: a chain without one, or nothing asked. */
export function useGate(lei: string) {
  const may = useMay('governance:read');
  return useQuery({ queryKey: ['gate', lei], queryFn: () => takeOrNull(api.GET('/v1/suppliers/{lei}/gate', { params: path(lei) })), enabled: may, staleTime: 30_000 });
}

export function useOpenCasesOf(lei: string) {
  const may = useMay('cases:read');
  return useQuery({
    queryKey: ['cases', 'of', lei],
    queryFn: () => take(api.GET('/v1/cases', { params: { query: { subject: lei, ended: false, limit: 50 } } })),
    enabled: may,
  });
}
