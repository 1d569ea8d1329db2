<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Customers\AccountNumbers;
use ArBridge\Delivery\Delivery;
use ArBridge\Outbox\Payment;
use ArBridge\Outbox\PaymentTable;
use ArBridge\Clock;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;
use ArBridge\Settings\Options;
use ArBridge\Sidecar\ToldNotices;

/** What switching off and deleting the plugin leave behind. */
final class UninstallTest extends StoreTestCase {

	protected function setUp(): void {
		parent::setUp();
		Database::run( 'DELETE FROM %i', $GLOBALS['wpdb']->prefix . 'woocommerce_api_keys' );
		$sidecar = self::$site->start_fake_sidecar();
		$this->pair( $sidecar );
		$sidecar->stop();
		( new PaymentTable( new Clock() ) )->insert( new Payment( 7, 0, Payment::RECEIVED, '60.00', 'USD', 'bacs', '', 1 ) );
	}

	protected function tearDown(): void {
		wp_cache_flush();
		delete_option( Options::SCHEMA );
		Tables::ensure();
		parent::tearDown();
	}

	public function test_switching_off_ends_the_job_and_keeps_the_rest(): void {
		do_action( 'deactivate_ar-bridge/ar-bridge.php' );
		$this->assertFalse( as_has_scheduled_action( Delivery::ACTION, array(), Delivery::GROUP ) );
		$this->assertNotFalse( get_option( Options::SECRET ) );
		do_action( 'activate_ar-bridge/ar-bridge.php' );
		$this->assertTrue( as_has_scheduled_action( Delivery::ACTION, array(), Delivery::GROUP ) );
	}

	public function test_deleting_removes_secret_key_job_options_and_what_waits_but_keeps_the_payments(): void {
		update_user_option( 1, AccountNumbers::OPTION, '40051' );
		update_user_option( 1, ToldNotices::SEEN, array( 7 ) );
		update_option( Options::NOTICES, array( array( 'id' => 7, 'message' => 'Closed.' ) ), false );
		self::$site->run( 'uninstall.php' );
		wp_cache_flush();
		$this->assertSame( '', AccountNumbers::of( 1 ) );
		$this->assertFalse( get_user_option( ToldNotices::SEEN, 1 ) );
		foreach ( Options::ALL as $option ) {
			$this->assertFalse( get_option( $option ), $option );
		}
		$this->assertSame( array(), Database::rows( 'SELECT option_name FROM %i WHERE option_name LIKE %s', $GLOBALS['wpdb']->options, '%ar\_bridge%' ) );
		$this->assertSame( array( array( '0' ) ), Database::rows( 'SELECT COUNT(*) FROM %i WHERE description LIKE %s', $GLOBALS['wpdb']->prefix . 'woocommerce_api_keys', 'AR Bridge%' ) );
		$this->assertFalse( as_has_scheduled_action( Delivery::ACTION, array(), Delivery::GROUP ) );
		$this->assertSame( array( false, true, false ), array( $this->exists( Tables::outbox() ), $this->exists( Tables::payments() ), $this->exists( Tables::request_ids() ) ) );
		$this->assertNotNull( ( new PaymentTable( new Clock() ) )->history( 7 )->last() );
	}

	public function test_deleting_with_the_constant_removes_the_payments_too(): void {
		self::$site->run( 'uninstall.php', array( 'all' => true ) );
		$this->assertFalse( $this->exists( Tables::payments() ) );
	}

	public function test_a_request_of_another_kind_uninstalls_nothing(): void {
		self::$site->run( 'uninstall.php', array( 'by_url' => true ) );
		wp_cache_flush();
		$this->assertNotFalse( get_option( Options::SECRET ) );
	}

	public function test_a_new_version_that_was_only_copied_in_makes_its_tables_with_the_next_request(): void {
		$order = $this->order();
		self::$site->run( 'uninstall.php', array( 'all' => true ) );
		$this->assertFalse( $this->exists( Tables::outbox() ) );
		self::$site->run( 'scenario.php', array( 'scenario' => 'exit', 'order' => $order->get_id() ) );
		$this->assertSame( array( true, true, true ), array( $this->exists( Tables::outbox() ), $this->exists( Tables::payments() ), $this->exists( Tables::request_ids() ) ) );
		$this->assertCount( 1, $this->marked() );
	}

	private function exists( string $table ): bool {
		return array() !== Database::rows( 'SHOW TABLES LIKE %s', $GLOBALS['wpdb']->esc_like( $table ) );
	}
}
