import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Progress } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useNode } from '../../app/useNode';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { Tag } from '../../ui/Tag';
import { useGovernance } from './queries';
import type { Ballot, Policy } from './queries';

const VOTES = ['for', 'against', 'abstain'] as const;
const MOODS: Readonly<Record<string, 'good' | 'watch' | 'bad' | 'calm' | 'info'>> = {
  pending: 'calm', active: 'info', succeeded: 'good', queued: 'watch', executed: 'good', defeated: 'bad', expired: 'bad', cancelled: 'calm',
};

/** What the members decide together: handed in, voted on, adopted behind the timelock. */
export function Ballots({ policies }: { readonly policies: readonly Policy[] }) {
  const { t } = useTranslation('policies');
  const query = useGovernance();
  const may = useMay('governance:read');
  if (!may) return null;
  return (
    <Section title={t('vote.title')} help={<p>{t('vote.help')}</p>} extra={<HandIn policies={policies} />}>
      <Asked query={query}>
        {(found) =>
          found === null ? (
            <Empty title={t('vote.noRegistry')} hint={t('vote.noRegistryHint')} />
          ) : found.ballots.length === 0 ? (
            <Empty title={t('vote.none')} hint={t('vote.noneHint')} />
          ) : (
            <ul className="ballots">
              {[...found.ballots].reverse().map((ballot) => (
                <li key={ballot.id}>
                  <One ballot={ballot} name={found.policies.find((one) => one.id === ballot.document)?.name ?? ballot.document.slice(0, 12)} />
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </Section>
  );
}

function HandIn({ policies }: { readonly policies: readonly Policy[] }) {
  const { t } = useTranslation('policies');
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const [name, setName] = useState<string | null>(null);
  const mayPropose = useMay('policies:propose');
  const propose = useMutation({
    mutationFn: async (policy: string) => {
      const handed = await take(api.POST('/v1/governance/policies', { body: { policy } }));
      return take(api.POST('/v1/governance/ballots', { body: { document: handed.id, motion: 'adopt' } }));
    },
    onSuccess: async () => {
      void message.success(t('vote.proposed'));
      await queries.invalidateQueries({ queryKey: ['governance'] });
    },
    onError: (error) => modal.error({ title: t('vote.failed'), content: error.message }),
  });
  if (!mayPropose) return null;
  return (
    <div className="row tight">
      <Select size="small" value={name} placeholder={t('vote.choose')} label={t('vote.choose')} onChange={setName} options={policies.map((one) => ({ value: one.name, label: one.name }))} style={{ minWidth: 190 }} />
      <Button size="small" disabled={name === null} loading={propose.isPending} onClick={() => name !== null && propose.mutate(name)}>
        {t('vote.propose')}
      </Button>
    </div>
  );
}

function One({ ballot, name }: { readonly ballot: Ballot; readonly name: string }) {
  const { t } = useTranslation('policies');
  const format = useFormat();
  const queries = useQueryClient();
  const own = useNode().data?.lei ?? '';
  const mayVote = useMay('policies:vote');
  const mayPropose = useMay('policies:propose');
  const path = { path: { ballot: ballot.id } };
  const done = () => queries.invalidateQueries({ queryKey: ['governance'] });
  const vote = useMutation({ mutationFn: (choice: (typeof VOTES)[number]) => take(api.POST('/v1/governance/ballots/{ballot}/votes', { params: path, body: { vote: choice } })), onSuccess: done });
  const execute = useMutation({ mutationFn: () => take(api.POST('/v1/governance/ballots/{ballot}/execution', { params: path })), onSuccess: done });
  const turnout = ballot.in_favour + ballot.abstained;
  return (
    <div className="stack tight">
      <div className="row apart">
        <strong>{t(`vote.motion.${ballot.motion}`, { name })}</strong>
        <Tag mood={MOODS[ballot.state] ?? 'calm'}>{t(`vote.state.${ballot.state}`)}</Tag>
      </div>
      <span className="soft small num">{t('vote.counts', { favour: ballot.in_favour, against: ballot.against, abstained: ballot.abstained, waiting: ballot.waiting.length })}</span>
      {ballot.quorum > 0 && <Progress size="small" showInfo={false} percent={Math.min(100, (turnout / ballot.quorum) * 100)} aria-label={t('vote.quorum', { turnout, quorum: ballot.quorum })} />}
      {ballot.quorum > 0 && <span className="soft small num">{t('vote.quorum', { turnout, quorum: ballot.quorum })}</span>}
      {ballot.state === 'active' && <span className="soft small">{t('vote.until', { when: format.relative(ballot.voting_until), at: format.dateTime(ballot.voting_until) })}</span>}
      {ballot.state === 'active' && mayVote && ballot.waiting.includes(own) && (
        <div className="row tight">
          {VOTES.map((choice) => (
            <Button key={choice} type={choice === 'for' ? 'primary' : 'default'} loading={vote.isPending && vote.variables === choice} onClick={() => vote.mutate(choice)}>
              {t(`vote.choice.${choice}`)}
            </Button>
          ))}
        </div>
      )}
      {ballot.voted.includes(own) && <span className="soft small">{t('vote.voted')}</span>}
      {(ballot.state === 'succeeded' || ballot.state === 'queued') && mayPropose && (
        <Button loading={execute.isPending} onClick={() => execute.mutate()} style={{ alignSelf: 'flex-start' }}>
          {t('vote.execute')}
        </Button>
      )}
      {(vote.isError || execute.isError) && <Failure error={vote.error ?? execute.error} />}
    </div>
  );
}
