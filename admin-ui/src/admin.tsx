import { createRoot } from '@wordpress/element';
import { App } from './components/app.tsx';
import './styles/badge.css';
import './styles/page.css';
import './styles/content.css';
import './styles/form.css';
import './styles/rules.css';
import './styles/table.css';

const root = document.getElementById('ar-bridge-admin');
if (root) createRoot(root).render(<App />);
