import 'slack-blocks-to-jsx/dist/style.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/notice.css';
import './styles/messages.css';
import './styles/panel.css';
import './styles/blocks.css';
import './styles/tables.css';
import './styles/traffic.css';
import './styles/fields.css';
import './styles/popup.css';
import './styles/modal.css';
import './styles/top.css';
import { createRoot } from 'react-dom/client';
import { App } from './parts/app.tsx';
import { applyTheme } from './parts/theme.ts';

applyTheme();

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
