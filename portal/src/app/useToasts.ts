import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { feed } from '../api/events';
import { told, values } from './notice';

const BURST_MS = 1_500;

/** Tells of what matters as it happens, and has what is on the screen asked for anew. */
export function useToasts(): void {
  const { t, i18n } = useTranslation('shell');
  const { notification } = App.useApp();
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = feed().onNotice((notice) => {
      // One question after a burst of events, not one for each.
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'node' });
      }, BURST_MS);
      const { toast, mood } = told(notice);
      if (!toast || Date.now() - Date.parse(notice.at) > 60_000) return;
      const title = t(`event.${notice.type}`, values(notice, i18n.language));
      notification[mood === 'bad' ? 'error' : mood === 'watch' ? 'warning' : 'success']({ title, key: String(notice.number), placement: 'bottomRight' });
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [t, i18n.language, notification, queries]);
}
