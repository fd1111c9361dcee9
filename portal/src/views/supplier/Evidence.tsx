import { CheckCircleOutlined, ClockCircleOutlined, DownloadOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, file, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useNode } from '../../app/useNode';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { save } from '../../ui/save';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { Tag } from '../../ui/Tag';
import { useKind } from '../../ui/useKind';
import { useCompleteness } from './queries';
import { MonthStrip } from './MonthStrip';

type Kind = Schemas['Kind'];

/** What is known of a supplier in time, what is missing, and the proof of each record that is ours. */
export default function Evidence({ lei }: { readonly lei: string }) {
  const { t } = useTranslation('supplier');
  const completeness = useCompleteness(lei);
  return (
    <div className="stack">
      <Section title={t('evidence.complete')} help={<p>{t('evidence.completeHelp')}</p>}>
        <Asked query={completeness}>{(found) => <MonthStrip found={found} />}</Asked>
      </Section>
      <Timeline lei={lei} kinds={[...new Set((completeness.data?.months ?? []).flatMap(({ kinds }) => Object.keys(kinds)))].sort() as Kind[]} />
    </div>
  );
}

function Timeline({ lei, kinds }: { readonly lei: string; readonly kinds: readonly Kind[] }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const kindOf = useKind();
  const { message } = App.useApp();
  const own = useNode().data?.lei;
  const [kind, setKind] = useState<Kind | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['evidence', lei, kind],
    queryFn: ({ pageParam }) =>
      take(api.GET('/v1/suppliers/{lei}/evidence', { params: { path: { lei }, query: { limit: 40, ...(kind && { kind }), ...(pageParam && { cursor: pageParam }) } } })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const proof = async (id: string): Promise<void> => {
    try {
      save(await file(`/v1/statements/${id}/proof`), `${id.slice(0, 16)}.credence-proof`);
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Section
      title={t('evidence.timeline')}
      extra={<Select allowClear size="small" style={{ minWidth: 190 }} value={kind} placeholder={t('evidence.allKinds')} label={t('evidence.kind')} onChange={(value) => setKind(value ?? null)} options={kinds.map((value) => ({ value, label: kindOf(value) }))} />}
    >
      <Asked query={{ data: query.data && items, error: query.error, refetch: query.refetch }}>
        {() => (items.length === 0 ? <Empty title={t('evidence.none')} hint={t('evidence.noneHint')} /> : (
          <ol className="timeline">
            {items.map((item) => (
              <li key={item.id}>
                <time dateTime={item.occurred} className="num small soft" title={format.dateTime(item.occurred)}>{format.date(item.occurred)}</time>
                <span className="timeline-what">
                  <strong>{kindOf(item.kind)}</strong> <span className="soft small num">{t('evidence.number', { number: item.sequence })}</span>
                  <span className="soft small">{item.issuer === lei ? t('evidence.byItself') : item.issuer === own ? t('evidence.byUs') : t('evidence.by', { lei: item.issuer })}</span>
                </span>
                <Tag mood={item.anchored ? 'good' : 'watch'}>{item.anchored ? <CheckCircleOutlined /> : <ClockCircleOutlined />} {t(item.anchored ? 'evidence.anchored' : 'evidence.waiting')}</Tag>
                {item.issuer === own && item.anchored && (
                  <Button type="text" size="small" icon={<DownloadOutlined />} onClick={() => void proof(item.id)}>
                    {t('evidence.proof')}
                  </Button>
                )}
              </li>
            ))}
          </ol>
        ))}
      </Asked>
      {query.hasNextPage && (
        <Button block onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
          {t('evidence.more')}
        </Button>
      )}
    </Section>
  );
}
