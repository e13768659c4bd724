/** Devices and history as Ring lists them. */

export interface DeviceOptions {
  id?: number;
  description?: string;
  kind?: string;
  location?: string;
  /** Percent; null is a model on mains power. */
  battery?: string | null;
  offline?: boolean;
}

export function doorbell(options: DeviceOptions = {}) {
  const { id = 1001, description = 'Front', kind = 'lpd_v1', location = 'L1', battery = null } = options;
  return {
    id,
    description,
    device_id: `d${id}`,
    kind,
    location_id: location,
    alerts: { connection: options.offline ? 'offline' : 'online' },
    battery_life: battery,
    features: {},
    settings: { sheila_settings: {}, server_settings: {}, motion_detection_enabled: true },
    health: battery === null ? {} : { battery_percentage: battery, battery_present: true },
  };
}

export type Device = ReturnType<typeof doorbell>;

export interface HistoryEvent {
  id: string;
  device: number;
  kind: 'ding' | 'motion';
  /** Milliseconds since the epoch. */
  at: number;
  person?: boolean;
  recorded?: boolean;
}

export function historyEvent(event: HistoryEvent) {
  return {
    created_at: new Date(event.at).toISOString(),
    ding_id: Number(event.id),
    ding_id_str: event.id,
    doorbot_id: event.device,
    favorite: false,
    kind: event.kind,
    recorded: event.recorded ?? true,
    recording_status: 'ready',
    state: 'timed_out',
    cv_properties: {
      person_detected: event.person ?? false,
      detection_type: event.person ? 'human' : null,
      stream_broken: false,
    },
  };
}
