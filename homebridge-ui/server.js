// Config UI X runs this file while the plugin's page is open; it has to be here, and to be JavaScript.
import { PageServer } from '../dist/page-server.js';

new PageServer();
