import { QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider, Spin } from 'antd';
import type { Locale } from 'antd/es/locale';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router/dom';
import { buildQueries } from '../api/queries';
import { THEME } from '../theme/theme';
import { buildRouter } from './router';
import { SessionGate } from './SessionGate';

const queries = buildQueries();
const router = buildRouter();
/** Beside each other: in a stack the close buttons of those behind shrink below what a finger hits. */
const TOASTS = { stack: false, maxCount: 3 } as const;
const LOCALES: Readonly<Record<string, () => Promise<{ default: Locale }>>> = {
  zh: () => import('antd/es/locale/zh_CN'),
  en: () => import('antd/es/locale/en_GB'),
};

/** antd's own words, in the page's language. */
function useAntLocale(): Locale | undefined {
  const { i18n } = useTranslation();
  const [locale, setLocale] = useState<Locale>();
  useEffect(() => {
    let current = true;
    void LOCALES[i18n.language]?.().then((found) => current && setLocale(found.default));
    return () => {
      current = false;
    };
  }, [i18n.language]);
  return locale;
}

export function App() {
  const locale = useAntLocale();
  return (
    <ConfigProvider theme={THEME} {...(locale && { locale })} button={{ autoInsertSpace: false }}>
      <AntApp component={false} notification={TOASTS}>
        <QueryClientProvider client={queries}>
          <Suspense fallback={<Spin fullscreen />}>
            <SessionGate queries={queries}>
              <RouterProvider router={router} />
            </SessionGate>
          </Suspense>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
