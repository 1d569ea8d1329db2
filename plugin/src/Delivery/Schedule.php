<?php

declare( strict_types=1 );

namespace ArBridge\Delivery;

defined( 'ABSPATH' ) || exit;

/** The recurring job in Action Scheduler: one for the whole site, so its `unique` (which compares hook and group only) is what we want. */
final class Schedule {

	public static function ensure(): void {
		if ( function_exists( 'as_has_scheduled_action' ) && ! as_has_scheduled_action( Delivery::ACTION, array(), Delivery::GROUP ) ) {
			as_schedule_recurring_action( time() + Delivery::EVERY_SECONDS, Delivery::EVERY_SECONDS, Delivery::ACTION, array(), Delivery::GROUP, true );
		}
	}

	public static function cancel(): void {
		if ( function_exists( 'as_unschedule_all_actions' ) ) {
			as_unschedule_all_actions( Delivery::ACTION, array(), Delivery::GROUP );
		}
	}
}
