import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/newsreader/wght.css';
import 'antd/dist/reset.css';
import './theme/global.css';
import './app/shell.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { session } from './api/session';
import { VIEWS } from './app/routes';
import { startTexts } from './i18n';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

/** What the first screen will need is fetched while the node is asked who is signed in, not after it. */
function warm(): void {
  void import('./app/Shell').catch(() => undefined);
  const path = location.pathname.slice(1);
  void VIEWS.find((view) => view.path === path)?.load().catch(() => undefined);
}

warm();
// Both at once: the texts of the first screen, and who is signed in. Without network the page still opens.
await Promise.all([startTexts(), session.resume().catch(() => undefined)]);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
