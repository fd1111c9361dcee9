import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNode } from '../../app/useNode';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { LogTable } from './LogTable';
import { OwnHeads } from './OwnHeads';
import { proveHeads } from './heads';
import { useMembers } from './useMembers';
import './audit.css';

/** Every member's log as the chain holds it, proved in the page; and our own, head by head. */
export default function LogsPage() {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const members = useMembers();
  const node = useNode();
  const leis = members.data?.map(({ lei }) => lei) ?? [];
  const heads = useQuery({
    queryKey: ['heads', ...leis],
    queryFn: () => proveHeads(leis),
    enabled: leis.length > 0,
    meta: { keep: false },
  });
  return (
    <Page title={t('log.title')} lead={t('log.lead')}>
      <div className="stack">
        <Section title={t('log.members')} help={<p>{t('log.membersHelp')}</p>} flush>
          <Asked query={members}>
            {(list) => list.length === 0 ? <Empty title={t('log.nobody')} hint={t('log.nobodyHint')} /> : (
              <Asked query={heads}>
                {(proved) => (
                  <>
                    <div className="audit-note">
                      {proved === null && <Alert type="warning" showIcon title={t('noChain')} />}
                      {proved !== null && proved.keptSince !== null && (
                        <Alert type="warning" showIcon title={t('kept', { time: format.dateTime(new Date(proved.keptSince)) })} />
                      )}
                      {proved !== null && (
                        <p className="soft small" role="status">
                          {t(proved.known === true ? 'log.proved' : 'log.unknownBlock', { block: format.number(proved.block.toString()) })}
                        </p>
                      )}
                    </div>
                    <LogTable members={list} heads={proved?.heads ?? []} />
                  </>
                )}
              </Asked>
            )}
          </Asked>
        </Section>
        {node.data !== undefined && <OwnHeads lei={node.data.lei} />}
      </div>
    </Page>
  );
}
