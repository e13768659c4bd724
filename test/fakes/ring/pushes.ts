/** Pushes as Ring sends them. */
export interface PushOptions {
  device?: number | string;
  category?: 'ding' | 'motion';
  /** null leaves `ding.id` out, as cocoa_doorbell_v5 does. */
  id?: string | null;
  subtype?: string;
  detection?: string;
  triggeredAt?: number;
  timestamp?: number;
  snapshot?: string;
}

/** One push of a ding or of motion. */
export function push(options: PushOptions = {}) {
  const { device = 1001, category = 'ding', id = '777', triggeredAt = 1_790_000_000_000 } = options;
  const ding = {
    created_at: new Date(triggeredAt).toISOString(),
    subtype: options.subtype ?? category,
    detection_type: options.detection ?? 'null',
  };
  return {
    version: '2.0.0',
    android_config: { category: `com.ring.pn.live-event.${category}`, body: 'There is someone at your Front' },
    analytics: {
      server_correlation_id: 'c',
      server_id: 'com.ring.pns',
      subcategory: category,
      triggered_at: triggeredAt,
      sent_at: triggeredAt + 100,
      referring_item_type: 'ding',
      referring_item_id: id ?? '',
    },
    data: {
      device: { e2ee_enabled: false, id: device, kind: 'lpd_v1', name: 'Front' },
      event: {
        ding: id === null ? ding : { id, ...ding },
        eventito: { type: options.detection ?? 'null', timestamp: options.timestamp ?? triggeredAt },
        riid: 'r',
        is_sidewalk: false,
        live_session: {
          streaming_data_hash: 'h',
          active_streaming_profile: 'rms',
          default_audio_route: 'r',
          max_duration: 600,
        },
      },
      location: { id: 'L1' },
    },
    ...(options.snapshot ? { img: { snapshot_uuid: options.snapshot } } : {}),
  };
}
