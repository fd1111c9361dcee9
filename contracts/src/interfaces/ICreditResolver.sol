// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IAttestationResolver, IAttestations} from "./IAttestations.sol";
import {IEvidenceLog} from "./IEvidenceLog.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @title ICreditResolver
/// @notice Decides which credit attestations EAS takes: by whom, about whom, within which bounds, on which evidence
interface ICreditResolver is IAttestationResolver {
    /// @notice A score is attested
    event CreditAttested(OrgId indexed subject, OrgId indexed attester, bytes32 indexed uid);
    /// @notice A score is withdrawn by who attested it
    event CreditRevoked(OrgId indexed subject, bytes32 indexed uid);

    /// @notice Thrown when anyone but EAS calls
    error NotEas(address caller);
    /// @notice Thrown when ether is sent along
    error NotPayable(uint256 value);
    /// @notice Thrown while the registry is paused
    error AttestingPaused();
    /// @notice Thrown when the attestation belongs to another schema that names this resolver
    error WrongSchema(bytes32 given, bytes32 expected);
    /// @notice Thrown when the data is not the one encoding of a claim
    error MalformedClaim(uint256 length);
    /// @notice Thrown when the attester is no account contract of an active member with the scorer role
    error NotScorer(OrgId org, address attester);
    /// @notice Thrown when an organisation attests itself
    error SelfAttestation(OrgId org);
    /// @notice Thrown when the subject is no active member with the supplier role
    error NotSupplier(OrgId subject);
    /// @notice Thrown when the recipient is not the subject's account (zero when it has none)
    error WrongRecipient(address given, address expected);
    /// @notice Thrown when points or interval are out of order or bounds, or the state is unknown
    error PointsOutOfBounds(uint8 state, uint32 low, uint32 points, uint32 high);
    /// @notice Thrown when the attestation never expires, or later than `latest`
    error ExpiryOutOfBounds(uint64 expires, uint64 latest);
    /// @notice Thrown when the attestation could not be revoked
    error NotRevocable();
    /// @notice Thrown when there is no evidence head, too many, or the three lists differ in length
    error HeadCount(uint256 orgs, uint256 sizes, uint256 roots);
    /// @notice Thrown when an evidence head was never anchored
    error HeadNotAnchored(OrgId org, uint64 size, bytes32 root);
    /// @notice Thrown when the superseded attestation is of another attester, subject or schema
    error WrongReference(bytes32 refUid);
    /// @notice Thrown when one of the three contracts it is built on has no code
    error ContractMissing(address where);

    /// @notice The EAS schema whose attestations are judged here
    function schema() external pure returns (string memory);

    /// @notice The UID under which EAS registers that schema with this resolver, revocable
    function schemaUid() external view returns (bytes32);

    /// @notice The EAS whose calls count
    function eas() external view returns (IAttestations);

    /// @notice The registry of attesters and subjects
    function registry() external view returns (IMemberRegistry);

    /// @notice The log in which evidence heads must be anchored
    function log() external view returns (IEvidenceLog);
}
