/** A camera in the Home app, with its bell and its motion sensor. It has an accessory of its own, beside the bridge. */
import type {
  API,
  CameraController,
  CameraControllerOptions,
  CameraStreamingDelegate,
  CameraStreamingOptions,
  DoorbellController,
  PlatformAccessory,
  Service,
} from 'homebridge';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type Identity, identify, newAccessory } from './identity.ts';
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

export interface DoorbellPorts {
  snapshot: SnapshotSource;
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

  /** `bell` is whether it is a doorbell, or a camera alone. */
  constructor(api: API, identity: Identity, bell: boolean, { snapshot, clock, log }: DoorbellPorts) {
    const { hap } = api;
    this.#api = api;
    this.#snapshot = new Snapshot(snapshot, clock);
    this.accessory = newAccessory(api, identity, bell ? category.videoDoorbell : category.ipCamera);
    identify(api, this.accessory, identity);
    const options: CameraControllerOptions = {
      // Apple asks for two, so that two phones can look at once.
      cameraStreamCount: 2,
      delegate: delegate(api, identity.name, this.#snapshot, log),
      streamingOptions,
    };
    const controller: CameraController = bell
      ? new hap.DoorbellController({ ...options, name: this.accessory.displayName })
      : new hap.CameraController(options);
    this.accessory.configureController(controller);
    this.#bell = bell ? (controller as DoorbellController) : null;
    // In the same accessory as the camera: only then does iOS show the picture in the notification.
    this.#motion = this.accessory.addService(hap.Service.MotionSensor, this.accessory.displayName);
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

function delegate({ hap }: API, name: string, snapshot: Snapshot, log: Log): CameraStreamingDelegate {
  const sentence = `Live video of ${name} is not offered: the Home app shows its latest picture.`;
  let said = false;
  const refused = () => {
    if (!said) log.info(sentence);
    said = true;
    return new hap.HapStatusError(notAllowedNow);
  };
  return {
    handleSnapshotRequest: (_, callback) => void snapshot.get().then((picture) => callback(undefined, picture)),
    prepareStream: (_, callback) => callback(refused()),
    // Home ends what it has begun, so stopping a stream that never was is in order.
    handleStreamRequest: ({ type }, callback) => (String(type) === 'stop' ? callback() : callback(refused())),
  };
}
