/** The fake cloud is only worth something if ring-client-api itself is content with it. */
import { RingApi, type RingCamera } from 'ring-client-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRing } from '../../fakes/ring/cloud.ts';
import { push } from '../../fakes/ring/pushes.ts';
import { redirect } from '../../fakes/ring/redirect.ts';

describe('the fake Ring cloud, seen by ring-client-api', () => {
  let ring: FakeRing;
  let undo: () => Promise<void>;
  let api: RingApi;
  let camera: RingCamera;

  beforeEach(async () => {
    ring = await FakeRing.start();
    undo = await redirect(ring.address);
    api = new RingApi({ refreshToken: ring.oauth.issue(), controlCenterDisplayName: 'test' });
    const [first] = await api.getCameras();
    if (!first) throw new Error('no camera');
    camera = first;
  });

  afterEach(async () => {
    api.disconnect();
    await undo();
    await ring.close();
  });

  it('boots in the order the real one is asked', async () => {
    await ring.seen(/motions_subscribe/);
    const asked = ring.requests.map((line) => line.replace(/^\w+ [^/]+/, '')).filter((path) => path !== '/fake/push');
    expect(asked.slice(0, 3)).toEqual(['/oauth/token', '/devices/v1/locations', '/clients_api/ring_devices']);
    expect(camera.name).toBe('Front');
  });

  it('delivers a push to the camera', async () => {
    const heard: string[] = [];
    camera.onDoorbellPressed.subscribe((notification) => heard.push(notification.data.event.ding.id));
    await ring.push(push({ id: '42' }));
    expect(heard).toEqual(['42']);
  });

  it('hands out snapshots with the time they were taken, and history by pages', async () => {
    ring.snapshots.set('abc', { jpeg: Buffer.from('jpeg'), takenAt: 1_790_000_000_000 });
    ring.events = [1, 2, 3].map((at) => ({ id: String(at), device: 1001, kind: 'ding', at }));
    const snapshot = await camera.getNextSnapshot({ uuid: 'abc:123' });
    expect(snapshot.toString()).toBe('jpeg');
    expect(snapshot.timeMillis).toBe(1_790_000_000_000);
    const first = await camera.getEvents({ limit: 2 });
    const second = await camera.getEvents({ limit: 2, olderThanId: first.meta.pagination_key });
    expect([...first.events, ...second.events].map((event) => event.ding_id_str)).toEqual(['3', '2', '1']);
  });

  it('carries H264 over WebRTC in a live call, and ends it when the client hangs up', async () => {
    const call = await camera.startLiveCall();
    await new Promise<void>((resolve) => call.onVideoRtp.subscribe(() => resolve()));
    call.stop();
    await ring.live.idle();
    expect(ring.live.calls[0]?.sent).toEqual(expect.arrayContaining(['live_view', 'activate_session', 'close']));
  });
});
