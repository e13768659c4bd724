/** The page's server from its sources, for `fork`: Config UI X forks the built one. */
import { PageServer } from '../../src/page-server.ts';

new PageServer();
