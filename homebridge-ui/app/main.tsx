/** Where the page begins. */
import { render } from 'preact';
import { App } from './app.tsx';
import './style.css';

const root = document.getElementById('latchkey');
if (root) render(<App />, root);
