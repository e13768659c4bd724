/** A camera in the Home app, with its bell and its motion sensor. It has an accessory of its own, beside the bridge. */
import type {
  API,
  AudioStreamingOptions,
  CameraController,
  CameraControllerOptions,
  CameraStreamingDelegate,
  CameraStreamingOptions,
  DoorbellController,
  PlatformAccessory,
  Service,
} from 'homebridge';
import type { Camera, CameraHealth } from '../cameras/camera.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { HealthDisplay } from './health-display.ts';
import { type Identity, identify, newAccessory } from './identity.ts';
import { LiveVideo } from './live-video.ts';
import { Snapshot, type SnapshotSource } from './snapshot.ts';

// Numbers of the HomeKit Accessory Protocol. Homebridge has names for them, as const enums, which types alone cannot read.
const category = { ipCamera: 17, videoDoorbell: 18 };
const notAllowedNow = -70412;
const aesCm128HmacSha1 = 0;
const h264 = { baseline: 0, main: 1, high: 2, level31: 0, level32: 1, level40: 2 } as const;

/** The least a camera must offer for the Home app to take it for one. */
const streamingOptions: CameraStreamingOptions = {
  supportedCryptoSuites: [aesCm128HmacSha1],
  video: {
    codec: { profiles: [h264.baseline, h264.main, h264.high], levels: [h264.level31, h264.level32, h264.level40] },
    resolutions: [
      [320, 180, 30],
      [320, 240, 15],
      [640, 360, 30],
      [1280, 720, 30],
      [1920, 1080, 30],
    ],
  },
};

/** Opus only: every ffmpeg can make it, and few can make AAC-ELD. A camera without a speaker leaves the voice unheard. */
const audio: AudioStreamingOptions = { codecs: [{ type: 'OPUS', samplerate: [16, 24] }], twoWayAudio: true };

export interface DoorbellPorts {
  snapshot: SnapshotSource;
  /** Where its live video comes from; without it, or where the camera has none, Home shows the latest picture. */
  live?: { camera: Camera; ffmpegPath: string };
  /** How the camera is; without it, it is taken to be well. */
  health?: () => CameraHealth;
  clock: Clock;
  log: Log;
}

export class DoorbellAccessory {
  /** To be published as an external accessory, at every start anew. */
  readonly accessory: PlatformAccessory;
  readonly #api: API;
  readonly #bell: DoorbellController | null;
  readonly #motion: Service;
  readonly #snapshot: Snapshot;
  readonly #health: HealthDisplay | null = null;
  /** Null where the camera has no live video. */
  readonly #live: LiveVideo | null;

  /** `bell` is whether it is a doorbell, or a camera alone. */
  constructor(api: API, identity: Identity, bell: boolean, ports: DoorbellPorts) {
    const { snapshot, live, health, clock, log } = ports;
    const { hap } = api;
    this.#api = api;
    this.#snapshot = new Snapshot(snapshot, clock);
    this.accessory = newAccessory(api, identity, bell ? category.videoDoorbell : category.ipCamera);
    identify(api, this.accessory, identity);
    const ended = (sessionId: string) => controller.forceStopStreamingSession(sessionId);
    this.#live = live?.camera.live ? new LiveVideo({ ...live, clock, log, ended }) : null;
    const options: CameraControllerOptions = {
      // Apple asks for two, so that two phones can look at once.
      cameraStreamCount: 2,
      delegate: delegate(api, identity.name, this.#snapshot, this.#live, log),
      streamingOptions: this.#live ? { ...streamingOptions, audio } : streamingOptions,
    };
    const controller: CameraController = bell
      ? new hap.DoorbellController({ ...options, name: this.accessory.displayName })
      : new hap.CameraController(options);
    this.accessory.configureController(controller);
    this.#bell = bell ? (controller as DoorbellController) : null;
    // In the same accessory as the camera: only then does iOS show the picture in the notification.
    this.#motion = this.accessory.addService(hap.Service.MotionSensor, this.accessory.displayName);
    if (health) this.#health = new HealthDisplay(api, this.accessory, this.#motion, { health, clock });
  }

  /** Ends the live video that is being looked at, and no longer follows the camera. */
  async stop(): Promise<void> {
    this.#health?.stop();
    await this.#live?.stop();
  }

  /** Somebody pressed the bell; a camera without one says nothing. */
  ring(): void {
    this.#snapshot.forget();
    this.#bell?.ringDoorbell();
  }

  setMotion(moving: boolean): void {
    if (moving) this.#snapshot.forget();
    this.#motion.updateCharacteristic(this.#api.hap.Characteristic.MotionDetected, moving);
  }
}

function delegate(
  api: API,
  name: string,
  snapshot: Snapshot,
  live: LiveVideo | null,
  log: Log,
): CameraStreamingDelegate {
  return {
    handleSnapshotRequest: (_, callback) => void snapshot.get().then((picture) => callback(undefined, picture)),
    ...(live ? streaming(live) : notStreaming(api, name, log)),
  };
}

type Streaming = Pick<CameraStreamingDelegate, 'prepareStream' | 'handleStreamRequest'>;

function streaming(live: LiveVideo): Streaming {
  return {
    prepareStream: (request, callback) =>
      void live.prepare(request).then(
        (response) => callback(undefined, response),
        (error: Error) => callback(error),
      ),
    handleStreamRequest: (request, callback) => {
      live.handle(request);
      callback();
    },
  };
}

function notStreaming({ hap }: API, name: string, log: Log): Streaming {
  const sentence = `Live video of ${name} is not offered: the Home app shows its latest picture.`;
  let said = false;
  const refused = () => {
    if (!said) log.info(sentence);
    said = true;
    return new hap.HapStatusError(notAllowedNow);
  };
  return {
    prepareStream: (_, callback) => callback(refused()),
    // Home ends what it has begun, so stopping a stream that never was is in order.
    handleStreamRequest: ({ type }, callback) => (String(type) === 'stop' ? callback() : callback(refused())),
  };
}
