// Config UI X runs this file each time the plugin's page is opened; it has to be here, and to be JavaScript.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { PageServer } = await import('../dist/page-server.js');

new PageServer();
