import { CheckCircleOutlined, CloseOutlined, ExclamationCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { desk } from './desk';
import type { Chosen } from './desk';
import { problemOf } from './detect';

/** What lies ready, each looked at: what it is, or what is wrong and how to mend it. */
export function Files({ files }: { readonly files: readonly Chosen[] }) {
  const { t } = useTranslation('upload');
  const format = useFormat();
  return (
    <ul className="files" aria-label={t('chosen')}>
      {files.map((file) => {
        const problem = problemOf(file, files);
        return (
          <li key={file.id} className={problem === null ? '' : 'bad'}>
            {problem === null ? <CheckCircleOutlined aria-hidden="true" /> : <ExclamationCircleOutlined aria-hidden="true" />}
            <span className="files-name">
              <strong>{file.name}</strong>
              <span className="soft small">
                {problem === null ? t(`format.${file.look.format ?? 'csv'}`) : t(`problem.${problem}`)} · {format.bytes(file.file.size)}
              </span>
            </span>
            <Button type="text" icon={<CloseOutlined />} aria-label={t('remove', { name: file.name })} onClick={() => desk.remove(file.id)} />
          </li>
        );
      })}
    </ul>
  );
}
