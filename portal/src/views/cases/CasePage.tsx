import { DownloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { file } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Digest } from '../../ui/Digest';
import { Page } from '../../ui/Page';
import { save } from '../../ui/save';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { useDrafted } from '../cause/useDrafted';
import { Act } from './Act';
import { fieldsOf, titleOf, wordsOf } from './definition';
import { History } from './History';
import { Records } from './Records';
import { Value } from './Value';
import { useCase, useExport } from './queries';
import './cases.css';

/** One case: where it stands, what can be done now and by whom, and everything that happened. */
export default function CasePage() {
  const { t, i18n } = useTranslation('cases');
  const format = useFormat();
  const { message } = App.useApp();
  const id = useParams()['case'] ?? '';
  const query = useCase(id);
  const exported = useExport(id, query.data?.head);
  const fields = fieldsOf(exported.data);
  const language = i18n.language;
  const drafted = useDrafted(query.data?.flow ?? '', id, query.data?.ended ?? true, language);
  const download = async (path: string, name: string): Promise<void> => {
    try {
      save(await file(path), name);
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Asked query={query} rows={10}>
      {(found) => (
        <Page
          title={titleOf(found.title, language, found.flow)}
          lead={<Digest value={found.id} length={16} />}
          actions={
            <>
              <Button icon={<DownloadOutlined />} onClick={() => void download(`/v1/cases/${id}/text?language=${language === 'zh' ? 'zh' : 'en'}`, `${id}.txt`)}>
                {t('text')}
              </Button>
              <Button icon={<DownloadOutlined />} onClick={() => void download(`/v1/cases/${id}/export`, `${id}.case.json`)}>
                {t('export')}
              </Button>
            </>
          }
        >
          <div className="grid two">
            <div className="stack">
              <Section title={t('now')} help={<p>{t('nowHelp')}</p>}>
                <div className="stack">
                  <div className="row">
                    <Tag mood={found.ended ? 'calm' : 'info'}>{titleOf(found.state_title, language, found.state)}</Tag>
                    {found.due !== null && <span className="soft">{t('dueAt', { when: format.relative(found.due), at: format.dateTime(found.due) })}</span>}
                  </div>
                  {found.choices.length === 0 ? (
                    <p className="soft">{found.ended ? t('ended') : t('nothing')}</p>
                  ) : (
                    found.choices.map((choice) => <Act key={choice.action} found={found} choice={choice} fields={fields} drafted={drafted} />)
                  )}
                </div>
              </Section>
              <Section title={t('fields')}>
                <dl className="case-fields">
                  {Object.entries(found.fields).map(([name, value]) => (
                    <div key={name}>
                      <dt>{titleOf(fields.get(name)?.title, language, name)}</dt>
                      <dd>
                        <Value value={value} field={fields.get(name)} />
                      </dd>
                    </div>
                  ))}
                </dl>
              </Section>
              <Records found={found} />
            </div>
            <History found={found} fields={fields} words={wordsOf(exported.data)} />
          </div>
        </Page>
      )}
    </Asked>
  );
}
