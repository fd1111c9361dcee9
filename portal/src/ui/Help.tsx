import { QuestionCircleOutlined } from '@ant-design/icons';
import { Popover } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  /** What is explained, for whoever does not see the page. */
  readonly about: string;
  readonly children: ReactNode;
}

/** Explains a number where it stands; opens by click, touch, and keyboard. */
export function Help({ about, children }: Props) {
  const { t } = useTranslation('common');
  return (
    <Popover trigger="click" content={<div className="help-text">{children}</div>}>
      <button type="button" className="help no-print" aria-label={t('explain', { about })}>
        <QuestionCircleOutlined />
      </button>
    </Popover>
  );
}
