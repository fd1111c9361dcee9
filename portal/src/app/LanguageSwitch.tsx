import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, setLanguage } from '../i18n';
import type { Language } from '../i18n';

export function LanguageSwitch() {
  const { t, i18n } = useTranslation('shell');
  return (
    <Segmented<Language>
      aria-label={t('language.label')}
      size="small"
      value={i18n.language as Language}
      onChange={(language) => void setLanguage(language)}
      options={LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) }))}
    />
  );
}
