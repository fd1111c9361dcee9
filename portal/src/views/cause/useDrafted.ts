import { useQuery } from '@tanstack/react-query';
import { all, api, take } from '../../api/client';
import { useMay } from '../../app/useSession';

const NOTHING: Readonly<Record<string, string>> = {};

/** Texts that the causal case behind an 8D drafted for its fields, for people to edit; none for other cases. */
export function useDrafted(flow: string, id: string, ended: boolean, language: string): Readonly<Record<string, string>> {
  const may = useMay('causes:read');
  const mine = may && !ended && flow.startsWith('eight-d.');
  const cases = useQuery({
    queryKey: ['causes', 'list'],
    queryFn: () => all((cursor) => take(api.GET('/v1/causes/cases', { params: { query: { limit: 200, ...(cursor && { cursor }) } } })), 2_000),
    enabled: mine,
  });
  const origin = cases.data?.find(({ eight_d }) => eight_d === id);
  const tongue = language === 'zh' ? ('zh' as const) : ('en' as const);
  const draft = useQuery({
    queryKey: ['causes', 'draft', origin?.id, origin?.changed, tongue],
    queryFn: () => take(api.GET('/v1/causes/cases/{case}/eight-d', { params: { path: { case: origin?.id ?? '' }, query: { language: tongue } } })),
    enabled: mine && origin !== undefined,
    meta: { keep: false },
  });
  return draft.data ?? NOTHING;
}
