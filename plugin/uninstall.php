<?php
/**
 * Called by WordPress when the plugin is deleted; see Setup\Uninstaller for what goes and what stays.
 *
 * @package ArBridge
 */

declare( strict_types=1 );

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/src/autoload.php';

ArBridge\Setup\Uninstaller::run();
