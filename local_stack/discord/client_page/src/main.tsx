/** Puts the page into its document. */

import { render } from 'preact';
import { createClient } from './api/client';
import { App } from './app';
import './styles/theme.css';
import './styles/files.css';
import './styles/layout.css';
import './styles/markdown.css';
import './styles/message.css';
import './styles/components.css';
import './styles/selects.css';
import './styles/composer.css';
import './styles/modal.css';
import './styles/menus.css';
import './styles/activity.css';

const root = document.getElementById('page');
if (root === null) {
  throw new Error('index.html has no element #page.');
}
render(<App client={createClient(`${import.meta.env.BASE_URL}api/v10/_sim`)} />, root);
