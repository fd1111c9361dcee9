import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { all, api, take } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { NewToken } from './NewToken';

/** Keys that programs use in one's name, and the trail of who came in, was refused, and saw what. */
export default function AccessesPage() {
  const { t } = useTranslation('accesses');
  const mayRead = useMay('trail:read');
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="stack">
        <Tokens />
        {mayRead && <Trail />}
      </div>
    </Page>
  );
}

function Tokens() {
  const { t } = useTranslation('accesses');
  const format = useFormat();
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ['tokens'], queryFn: () => take(api.GET('/v1/tokens')), meta: { keep: false } });
  const revoke = useMutation({
    mutationFn: (token: string) => take(api.DELETE('/v1/tokens/{token}', { params: { path: { token } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <Section title={t('tokens')} help={<p>{t('tokensHelp')}</p>} extra={<NewToken />}>
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('noTokens')} hint={t('noTokensHint')} />
          ) : (
            <div className="scroll-x">
              <table className="plain-table wide-rows stackable">
                <thead>
                  <tr>
                    <th scope="col">{t('label')}</th>
                    <th scope="col">{t('scopes')}</th>
                    <th scope="col">{t('expires')}</th>
                    <th scope="col"><span className="hidden-label">{t('revoke')}</span></th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((token) => (
                    <tr key={token.id}>
                      <th scope="row">{token.label}</th>
                      <td className="small" data-label={t('scopes')}>{token.scopes.join(', ')}</td>
                      <td data-label={t('expires')}>{format.date(token.expires)}</td>
                      <td>
                        <Popconfirm title={t('revokeSure')} okText={t('revoke')} cancelText={t('cancel')} onConfirm={() => revoke.mutate(token.id)}>
                          <Button size="small" danger>{t('revoke')}</Button>
                        </Popconfirm>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Asked>
    </Section>
  );
}

function Trail() {
  const { t } = useTranslation('accesses');
  const format = useFormat();
  const check = useQuery({ queryKey: ['trail-check'], queryFn: () => take(api.GET('/v1/trail/check')), meta: { keep: false } });
  const query = useInfiniteQuery({
    queryKey: ['trail'],
    queryFn: ({ pageParam }) => take(api.GET('/v1/trail', { params: { query: { limit: 200, ...(pageParam && { cursor: pageParam }) } } })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    meta: { keep: false },
  });
  const people = useQuery({ queryKey: ['users'], queryFn: () => all((cursor) => take(api.GET('/v1/users', { params: { query: { limit: 200, ...(cursor && { cursor }) } } }))), enabled: useMay('users:read'), meta: { keep: false } });
  const names = new Map((people.data ?? []).map(({ id, name }) => [id, name]));
  const entries = query.data?.pages.flatMap(({ items }) => items).reverse();
  return (
    <Section title={t('trail')} help={<p>{t('trailHelp')}</p>} extra={check.data && <Tag mood={check.data.whole ? 'good' : 'bad'}>{t(check.data.whole ? 'whole' : 'broken', { count: check.data.number })}</Tag>}>
      <Asked query={{ data: entries, error: query.error, refetch: query.refetch }} rows={8}>
        {(found) => (
          <div className="scroll-x">
            <table className="plain-table wide-rows stackable">
              <thead>
                <tr>
                  <th scope="col">{t('when')}</th>
                  <th scope="col">{t('who')}</th>
                  <th scope="col">{t('what')}</th>
                  <th scope="col">{t('target')}</th>
                </tr>
              </thead>
              <tbody>
                {found.map((entry) => (
                  <tr key={entry.number}>
                    <th scope="row" className="num small">{format.dateTime(entry.at)}</th>
                    <td data-label={t('who')} title={entry.actor}>{names.get(entry.actor) ?? <span className="mono small">{entry.actor}</span>}</td>
                    <td data-label={t('what')}>
                      <Tag mood={entry.outcome === 'refused' ? 'bad' : 'calm'}>{t(`action.${entry.action}`, { defaultValue: entry.action })}</Tag>
                    </td>
                    <td className="mono small" data-label={t('target')}>{entry.target}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Asked>
      {query.hasNextPage && <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('more')}</Button>}
    </Section>
  );
}
