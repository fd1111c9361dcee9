// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One attestation as EAS 1.4.0 stores it
struct Attestation {
    bytes32 uid;
    bytes32 schema;
    uint64 time;
    uint64 expirationTime;
    uint64 revocationTime;
    bytes32 refUID;
    address recipient;
    address attester;
    bool revocable;
    bytes data;
}

/// @title IAttestations
/// @notice The part of EAS 1.4.0 that the resolver calls
interface IAttestations {
    /// @notice The attestation; all zero when it does not exist
    function getAttestation(bytes32 uid) external view returns (Attestation memory);
}

/// @title IAttestationResolver
/// @notice The resolver as EAS 1.4.0 calls it
interface IAttestationResolver {
    /// @notice Version of the resolver interface that this one follows
    function version() external view returns (string memory);

    /// @notice Whether the resolver takes ether
    function isPayable() external pure returns (bool);

    /// @notice Accept or refuse one new attestation
    function attest(Attestation calldata attestation) external payable returns (bool);

    /// @notice Accept or refuse several new attestations together
    function multiAttest(Attestation[] calldata attestations, uint256[] calldata values)
        external
        payable
        returns (bool);

    /// @notice Accept or refuse one revocation
    function revoke(Attestation calldata attestation) external payable returns (bool);

    /// @notice Accept or refuse several revocations together
    function multiRevoke(Attestation[] calldata attestations, uint256[] calldata values)
        external
        payable
        returns (bool);
}
